import Papa from "papaparse";

/** One person to be made, as a line of the file says; fields that it leaves empty are missing. */
export type ImportRow = { line: number; values: Record<string, string> };

/** What a file comes to: its rows, or why it cannot be read at all. */
export type ReadFile = { rows: ImportRow[]; unknown: string[] } | { trouble: string };

/** What columns may be called, without regard to case, spaces and hyphens. */
const headings: Record<string, string> = {
  fullname: "fullName",
  name: "fullName",
  email: "email",
  emailaddress: "email",
  mail: "email",
  username: "username",
  login: "username",
  phone: "phone",
  telephone: "phone",
  mobile: "mobilePhone",
  mobilephone: "mobilePhone",
  role: "roles",
  roles: "roles",
  group: "groups",
  groups: "groups",
  notificationsonly: "notificationsOnly",
};

/** How many people a file may hold. */
export const mostRows = 5000;

/** Reads a CSV file: its first line names the columns, commas, semicolons or tabs part them. */
export function readCsv(text: string): ReadFile {
  const { data, errors, meta } = Papa.parse<Record<string, string>>(text.replace(/^\uFEFF/, ""), {
    header: true,
    skipEmptyLines: "greedy",
    transformHeader: (heading) => headings[plain(heading)] ?? heading.trim(),
  });
  const quotes = errors.find(({ type }) => type === "Quotes");
  if (quotes) return { trouble: `Line ${(quotes.row ?? 0) + 2}: a quotation mark is missing.` };
  const columns = meta.fields ?? [];
  if (!columns.includes("email") || !columns.includes("fullName")) return { trouble: noHeadings };
  if (data.length === 0) return { trouble: "There is nobody in this file: it has only a line of headings." };
  if (data.length > mostRows)
    return { trouble: `This file holds ${data.length} people. Split it: ${mostRows} at most.` };
  const known = new Set(Object.values(headings));
  return {
    rows: data.map((values, row) => ({ line: row + 2, values: filled(values, known) })),
    unknown: columns.filter((column) => !known.has(column)),
  };
}

const noHeadings = "The first line must name the columns: fullName and email at least, e.g. “fullName,email,phone”.";

const plain = (heading: string) => heading.toLowerCase().replace(/[\s_-]/g, "");

function filled(values: Record<string, string>, known: Set<string>) {
  const entries = Object.entries(values).map(([name, value]) => [name, String(value ?? "").trim()] as const);
  return Object.fromEntries(entries.filter(([name, value]) => known.has(name) && value !== ""));
}
