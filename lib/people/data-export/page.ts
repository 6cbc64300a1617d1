import { html, raw } from "hono/html";
import type { Gathered } from "./gather.ts";

const titles: Record<keyof Gathered, string> = {
  writtenAt: "Written",
  profile: "Profile",
  account: "Account",
  roles: "Roles",
  sessions: "Sessions",
  devices: "Browsers and programs you signed in with",
  apiTokens: "API tokens",
  serviceCredentials: "Service credentials, without their secrets",
  apiTokenUses: "What your API tokens were used for",
  authenticators: "Authenticators",
  passkeys: "Passkeys",
  recoveryCodes: "Recovery codes",
  formerPasswords: "Former passwords, of which only a hash is kept",
  addressChanges: "Changes of your e-mail address",
  notifications: "Notifications",
  notificationChoices: "Where you want to be told of what",
  securityLog: "Security log",
};

/** What was gathered, to be read by people: one file that loads nothing and runs nothing. */
export function asPage(data: Gathered): string {
  const { writtenAt, ...parts } = data;
  const sections = Object.entries(parts).map(([name, part]) => section(titles[name as keyof Gathered], part));
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self'">
<title>My data at Latchkey</title>
<style>${raw(style)}</style>
</head>
<body>
<h1>My data at Latchkey</h1>
<p>Everything the portal kept about me at ${writtenAt}. The same is in <code>data.json</code>, for programs.</p>
${sections}
</body>
</html>
`);
}

const style = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color-scheme: light dark; }
table { border-collapse: collapse; font-size: 13px; } th, td { border: 1px solid #8886; padding: .25rem .5rem; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; min-width: 4rem; } .scroll { overflow-x: auto; } h2 { margin-top: 2rem; }`;

function section(title: string, part: unknown) {
  const rows = (Array.isArray(part) ? part : [part]) as Record<string, unknown>[];
  const content = rows[0] ? table(rows, Array.isArray(part)) : html`<p>None.</p>`;
  return html`<h2>${title}</h2>\n${content}\n`;
}

function table(rows: Record<string, unknown>[], isList: boolean) {
  const first = rows[0] ?? {};
  return html`<div class="scroll"><table>${isList ? list(Object.keys(first), rows) : facts(first)}</table></div>`;
}

const list = (names: string[], rows: Record<string, unknown>[]) => [
  html`<tr>${names.map((name) => html`<th scope="col">${inWords(name)}</th>`)}</tr>`,
  ...rows.map((row) => html`<tr>${names.map((name) => html`<td>${cell(row[name])}</td>`)}</tr>\n`),
];

const facts = (row: Record<string, unknown>) =>
  Object.entries(row).map(
    ([name, value]) => html`<tr><th scope="row">${inWords(name)}</th><td>${cell(value)}</td></tr>\n`,
  );

/** A field's name as people write it: "lastUsedAt" is "Last used at". */
function inWords(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return instantOf(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** An instant of the database may be infinity, which JSON and people know no date for. */
const instantOf = (date: Date) => (Number.isNaN(date.getTime()) ? "without end" : date.toISOString());
