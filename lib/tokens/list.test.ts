import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { type Cast, openStage, type Person, person, sql, tokenRow } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { listTokens } from "./list.ts";

let cast: Cast;
let ben: Person;

const total = 57;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  ben = await person(cast.here, ["Member"]);
  for (let n = 0; n < total; n++) await tokenRow(ben, oneOf(n));
  await tokenRow(cast.ada, { name: "Ada's own" });
});

/** Many with equal keys: a dozen instants, names that differ in case only beside one another, some that never end. */
const oneOf = (n: number) => ({
  name: `${n % 2 ? "Token" : "token"} ${String(n).padStart(2, "0")}`,
  createdAt: `'2025-01-${10 + (n % 12)}'`,
  expiresAt: n % 5 ? `now()::date + interval '${40 + (n % 3)} days'` : null,
  lastUsedAt: n % 4 ? `'2025-02-0${1 + (n % 3)} 00:00:00.123456'` : "null",
});

const list = async (who: Person, input: object) => (await execute(listTokens, await asPerson(who), input)).output;

type Page = Awaited<ReturnType<typeof list>>;

/** Walks from page to page to the end. */
async function walk(input: object): Promise<Page["items"]> {
  const items: Page["items"] = [];
  let cursor: string | null | undefined;
  for (let pages = 0; cursor !== null && pages < 100; pages++) {
    const page: Page = await list(ben, cursor ? { ...input, cursor } : input);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

const inOrder = {
  created: (a: Item, b: Item) => b.createdAt.localeCompare(a.createdAt),
  name: (a: Item, b: Item) => compare(a.name.toLowerCase(), b.name.toLowerCase()),
  expires: (a: Item, b: Item) => compare(a.expiresAt ?? "9", b.expiresAt ?? "9"),
  lastUsed: (a: Item, b: Item) => compare(b.lastUsedAt ?? "", a.lastUsedAt ?? ""),
};
type Item = Page["items"][number];
const compare = (one: string, other: string) => Number(one > other) - Number(one < other);

describe.each(["created", "name", "expires", "lastUsed"] as const)("by %s", (sort) => {
  test.each([1, 7, 19, 57, 100])("pages of %i hold everything once, in order", async (limit) => {
    const items = await walk({ sort, limit });
    expect(new Set(items.map(({ id }) => id)).size).toBe(total);
    expect(items).toHaveLength(total);
    expect(items).toEqual(items.toSorted(inOrder[sort]));
  });

  test("what is made or ended between two pages is neither missed nor seen twice among the others", async () => {
    const first = await list(ben, { sort, limit: 20 });
    const extra = await tokenRow(ben, { name: "between", createdAt: "now()" });
    const { nextCursor } = first;
    const rest: Item[] = [];
    for (let cursor = nextCursor; cursor; ) {
      const page = await list(ben, { sort, limit: 20, cursor });
      rest.push(...page.items);
      cursor = page.nextCursor;
    }
    await sql("delete from tokens where id = $1", extra);
    const seen = [...first.items, ...rest].map(({ id }) => id).filter((id) => id !== extra);
    expect([seen.length, new Set(seen).size]).toEqual([total, total]);
  });
});

describe("a cursor", () => {
  test("of another person's list is refused", async () => {
    const { nextCursor } = await list(ben, { limit: 5 });
    await expect(list(cast.ada, { limit: 5, cursor: nextCursor })).rejects.toMatchObject({
      status: 422,
      details: { errors: [{ pointer: "/cursor", code: "invalid_cursor" }] },
    });
  });

  const others: [what: string, input: object][] = [
    ["another sort", { sort: "name" }],
    ["another search", { search: "token" }],
    ["another state", { state: "all" }],
    ["another status", { status: "never_used" }],
  ];

  test.each(others)("of one list is refused in one with %s", async (_, input) => {
    const { nextCursor } = await list(ben, { limit: 5 });
    await expect(list(ben, { ...input, cursor: nextCursor })).rejects.toMatchObject({ status: 422 });
  });

  test("goes on with another page size", async () => {
    const { nextCursor } = await list(ben, { limit: 5 });
    expect((await list(ben, { limit: 100, cursor: nextCursor })).items).toHaveLength(total - 5);
  });
});

describe("what is found", () => {
  const searches: [search: string, found: number][] = [
    ["token 0", 10],
    ["TOKEN 00", 1],
    ["none", total],
    ["%", 0],
    ["_", 0],
    ["\\", 0],
    ["'", 0],
    ["Ada's own", 0],
  ];

  test.each(searches)("by %j: %i", async (search, found) => {
    expect((await list(ben, { search, limit: 100 })).items).toHaveLength(found);
  });

  test("is one's own, always", async () => {
    for (const state of ["active", "inactive", "all"])
      for (const { name } of (await list(cast.ada, { state, limit: 100 })).items) expect(name).toBe("Ada's own");
  });
});

describe("how a token stands", () => {
  const standings: [status: string, change: string, live: boolean][] = [
    ["active", "last_used_at = now()", true],
    ["never_used", "last_used_at = null", true],
    ["unused", "last_used_at = now() - interval '91 days'", true],
    ["expires_soon", "last_used_at = now(), expires_at = now() + interval '13 days'", true],
    ["expiring_today", "last_used_at = now(), expires_at = now() + interval '23 hours'", true],
    ["expired", "expires_at = now()", false],
    ["revoked", "ended_at = now(), ended_reason = 'revoked', expires_at = now()", false],
  ];

  test.each(standings)("%s after %s", async (status, change, live) => {
    const who = await person(cast.here, ["Member"]);
    await tokenRow(who, { expiresAt: "now() + interval '60 days'" });
    await sql(`update tokens set ${change} where user_id = $1`, who.id);
    const state = live ? "active" : "inactive";
    expect((await list(who, { state, status })).items).toMatchObject([{ status, live }]);
    expect((await list(who, { state: live ? "inactive" : "active" })).items).toEqual([]);
    for (const [other] of standings)
      if (other !== status) expect((await list(who, { state: "all", status: other })).items).toEqual([]);
  });
});
