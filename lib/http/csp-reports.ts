import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { asRefusal } from "#lib/core/errors.ts";
import { log } from "#lib/core/log.ts";
import { env } from "#lib/env.ts";
import { apiHeaders } from "./headers.ts";
import { parseJson, readIncoming } from "./json.ts";

const maxBytes = 16 * 1024;
/** How many are logged in a minute, whoever sends them; what comes beyond is taken and forgotten. */
const maxReports = 60;
const minute = 60_000;

const shared = globalThis as { latchkeyReports?: { since: number; count: number } };

const text = z.string().max(4000).optional().catch(undefined);

/** As browsers send them for `report-to`, and for `report-uri` before it. */
const report = z.union([
  z.object({ effectiveDirective: z.string(), blockedURL: text, documentURL: text, sourceFile: text }),
  z
    .object({ "effective-directive": z.string(), "blocked-uri": text, "document-uri": text, "source-file": text })
    .transform((old) => ({
      effectiveDirective: old["effective-directive"],
      blockedURL: old["blocked-uri"],
      documentURL: old["document-uri"],
      sourceFile: old["source-file"],
    })),
]);

/** Takes reports of the content security policy, from anybody: each is one line of the log, a few a minute. */
export async function takeReports(req: IncomingMessage, res: ServerResponse): Promise<void> {
  res.setHeader("x-request-id", String(req.headers["x-request-id"]));
  if (req.method !== "POST") return void res.writeHead(405, { ...apiHeaders(), allow: "POST" }).end();
  try {
    for (const one of reportsIn(await readIncoming(req, maxBytes))) logReport(one);
    res.writeHead(204, apiHeaders()).end();
  } catch (error) {
    res.writeHead(asRefusal(error).status, apiHeaders()).end();
  }
}

function reportsIn(bytes: Uint8Array): unknown[] {
  // One report stands by itself, several are a list, and both tell of one in a field.
  const [start] = new TextDecoder().decode(bytes.subarray(0, 1));
  const wrapped = start === "[" ? Buffer.concat([Buffer.from('{"all":'), bytes, Buffer.from("}")]) : bytes;
  const { all, ...one } = parseJson(wrapped);
  const entries = Array.isArray(all) ? all : [one];
  return entries.map((entry) => entry?.["csp-report"] ?? entry?.body);
}

function logReport(said: unknown): void {
  const { success, data } = report.safeParse(said);
  if (!success || !hasRoom()) return;
  const { effectiveDirective, blockedURL, documentURL, sourceFile } = data;
  const facts = { directive: effectiveDirective.slice(0, 50), blocked: originOf(blockedURL) };
  log().warn({ ...facts, page: partOf(documentURL), source: originOf(sourceFile) }, "kept out of a page by its policy");
}

function hasRoom(): boolean {
  const now = Date.now();
  if (!shared.latchkeyReports || now - shared.latchkeyReports.since >= minute)
    shared.latchkeyReports = { since: now, count: 0 };
  shared.latchkeyReports.count++;
  return shared.latchkeyReports.count <= maxReports;
}

/** Of an address its origin alone, or what browsers say in its place (`inline`, `eval`): the rest may hold secrets. */
function originOf(url: string | undefined): string | undefined {
  if (!url || /^[a-z-]{1,30}$/.test(url)) return url;
  return URL.canParse(url) ? new URL(url).origin : "unknown";
}

/** The part of the portal that a page of ours belongs to: behind it may stand a link's secret. */
function partOf(url: string | undefined): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  return origin === new URL(env().APP_URL).origin ? `/${pathname.split("/")[1]}` : "elsewhere";
}
