import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { html, raw } from "hono/html";
import type { Refusal } from "#lib/core/errors.ts";
import { apiHeaders, pageHeaders } from "./headers.ts";
import { problemHeaders, problemOf } from "./problem.ts";

/** A page of a few words, for what is answered before Next is asked or in its place. */
export type PlainPage = {
  status: number;
  title: string;
  words: string;
  /** What the reader typed themselves, by what each text is called. */
  typed?: [string, string][];
  wayOut?: { href: string; words: string };
};

/** Refuses a request before any page or API has it: a browser gets a page, a program problem details. */
export function refusePlainly(req: IncomingMessage, res: ServerResponse, refusal: Refusal): void {
  const requestId = String(req.headers["x-request-id"]);
  const { status, title, message } = refusal;
  // What is still being sent is for nobody, and an answer beside it would be lost.
  req.resume();
  if (wantsPage(req)) sendPage(res, { status, title, words: message, wayOut: home }, requestId);
  else sendProblem(res, refusal, requestId);
}

function sendProblem(res: ServerResponse, refusal: Refusal, requestId: string) {
  const body = JSON.stringify(problemOf(refusal, requestId));
  const headers = { ...apiHeaders(), "x-request-id": requestId, ...problemHeaders(refusal, false) };
  res.writeHead(refusal.status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}

const home = { href: "/", words: "Go to your account" };

const wantsPage = ({ headers }: IncomingMessage) => /\btext\/html\b/i.test(headers.accept ?? "");

function sendPage(res: ServerResponse, page: PlainPage, requestId: string): void {
  const { headers, body } = written(page);
  res.writeHead(page.status, { ...headers, "x-request-id": requestId }).end(body);
}

/** The page written out, with its headers. All texts are the portal's, but for what its reader typed. */
export function written(page: PlainPage): { headers: Record<string, string>; body: string } {
  const nonce = randomBytes(16).toString("base64");
  const body = String(document(page, nonce));
  const about = { "content-type": "text/html; charset=utf-8", "content-length": String(Buffer.byteLength(body)) };
  return { headers: { ...pageHeaders(nonce), "cache-control": "private, no-store", ...about }, body };
}

const document = ({ status, title, words, typed = [], wayOut }: PlainPage, nonce: string) => html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Latchkey</title>
<style nonce="${nonce}">${raw(styles)}</style>
<main>
<p class="code">${status}</p>
<h1>${title}</h1>
<p>${words}</p>
${typed.length > 0 && html`<dl>${typed.map(typedText)}</dl>`}
${wayOut && html`<p><a href="${wayOut.href}">${wayOut.words}</a></p>`}
</main>
</html>
`;

const typedText = ([name, text]: [string, string]) => html`<dt>${name}</dt><dd>${text}</dd>`;

// The colours of app/globals.css, whose file has another name in every build.
const styles = `
:root { color-scheme: light dark; }
body { margin: 0; font: 0.9375rem/1.6 Inter, ui-sans-serif, system-ui, sans-serif; overflow-wrap: anywhere;
  background: light-dark(oklch(0.985 0.003 85), oklch(0.175 0.008 220));
  color: light-dark(oklch(0.46 0.015 225), oklch(0.77 0.01 220)); }
main { max-width: 40rem; margin: 0 auto; padding: max(2rem, 12vh) 1.5rem; }
.code { font: 0.8125rem/1.6 ui-monospace, Menlo, Consolas, monospace; margin: 0; }
h1 { font-size: 1.375rem; line-height: 2rem; margin: 0.5rem 0; color: light-dark(oklch(0.23 0.015 225), oklch(0.95 0.004 220)); }
dt { font-weight: 500; }
dd { margin: 0 0 0.75rem; white-space: pre-wrap; color: light-dark(oklch(0.23 0.015 225), oklch(0.95 0.004 220)); }
a { color: light-dark(oklch(0.44 0.085 210), oklch(0.82 0.085 205)); }
`;
