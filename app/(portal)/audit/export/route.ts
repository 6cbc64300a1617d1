import type { NextRequest } from "next/server";
import { exportAudit } from "#lib/audit/export-audit.ts";
import { download } from "#lib/http/next/download.ts";
import { auditPath, inputOf, readFilter } from "../filter.ts";

/** The log as a file, for the plain links on its page. */
export function GET({ nextUrl }: NextRequest): Promise<Response> {
  const { cursor, ...filter } = readFilter(Object.fromEntries(nextUrl.searchParams));
  const format = nextUrl.searchParams.get("format") === "jsonl" ? "jsonl" : "csv";
  return download(exportAudit, { ...inputOf(filter), format }, auditPath(filter));
}
