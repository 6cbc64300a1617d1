import { and, eq, ilike, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { tokens } from "#db/schema/tokens.ts";
import { line, page, pageQuery } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { isLive, status, tokenColumns, tokenStatuses, toToken, wireToken } from "./token.ts";

const sorts = ["created", "name", "expires", "lastUsed"] as const;

export type TokenSort = (typeof sorts)[number];

/** The keys a list can be sorted by; each a text that sorts as the thing does, so that a cursor can hold it. */
const keys: Record<TokenSort, SQL> = {
  created: sql`${tokens.createdAt}`,
  name: sql`lower(${tokens.name})`,
  expires: sql`coalesce(${tokens.expiresAt}, 'infinity'::timestamptz)`,
  lastUsed: sql`coalesce(${tokens.lastUsedAt}, '-infinity'::timestamptz)`,
};

const tokenPage = page(wireToken);

export type TokenPage = z.output<typeof tokenPage>;

const newestFirst = new Set(["created", "lastUsed"]);

const asked = z.strictObject({
  search: line(100).optional().meta({ description: "Part of the name, the description or the last four characters" }),
  state: z
    .enum(["active", "inactive", "all"])
    .default("active")
    .meta({ description: "Live ones, ended ones, or both" }),
  status: z.enum(tokenStatuses).optional().meta({ description: "Only those that stand so" }),
  sort: z
    .enum(sorts)
    .default("created")
    .meta({ description: "created and lastUsed newest first; name and expires rising" }),
  ...pageQuery,
});

/** Lists the own tokens a page at a time, by keyset. Ended ones stay 90 days. */
export const listTokens = defineOperation({
  name: "tokens.list",
  summary: "List your API tokens",
  route: "GET /me/tokens",
  allow: "list:token",
  about: "oneself",
  whileImpersonating: "refused",
  input: asked,
  output: tokenPage,

  run: ({ actor, tx }, asked) => pageOf(tx, actor.id, asked),
});

type TokenListQuery = z.output<typeof asked>;

/** A page of somebody's tokens. */
export async function pageOf(
  tx: Db,
  userId: string,
  { search, state, status: wanted, sort, limit, cursor }: TokenListQuery,
) {
  const list = [userId, search, state, wanted, sort];
  const paging = keysetPage(list, { limit, cursor }, [keys[sort], tokens.id], newestFirst.has(sort));
  const rows = await tx
    .select({ ...tokenColumns, position: paging.position })
    .from(tokens)
    .where(and(eq(tokens.userId, userId), inState(state), matching(search), standing(wanted), paging.after))
    .orderBy(paging.order)
    .limit(paging.atMost);
  return paging.answer(rows, toToken);
}

const inState = (state: "active" | "inactive" | "all") =>
  ({ active: isLive, inactive: sql`not ${isLive}`, all: undefined })[state];

const standing = (wanted: string | undefined) => (wanted ? sql`${status} = ${wanted}` : undefined);

function matching(search: string | undefined) {
  if (!search) return undefined;
  const part = containing(search);
  return or(ilike(tokens.name, part), ilike(tokens.description, part), eq(tokens.lastFour, search));
}
