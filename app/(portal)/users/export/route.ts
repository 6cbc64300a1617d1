import type { NextRequest } from "next/server";
import { actingIn } from "#components/layout/acting-account.ts";
import { download } from "#lib/http/next/download.ts";
import { exportUsers } from "#lib/people/csv/export.ts";
import { type Filter, listInput, readFilter, usersPath } from "../filter.ts";

/** The people who match as a file, for the plain link below their list. */
export function GET({ nextUrl }: NextRequest): Promise<Response> {
  const query = Object.fromEntries(nextUrl.searchParams);
  const { cursor, ...filter }: Filter = { ...readFilter(query), account: actingIn(query) };
  return download(exportUsers, listInput(filter), usersPath(filter));
}
