import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import type { RestOperation } from "#lib/core/operation.ts";
import { methodOf } from "#lib/http/shape.ts";
import { operations } from "#lib/operations.ts";
import { type Cast, openStage, type Person, person, sql } from "../cast.ts";
import { bearer, callerWith, type Headers, sessionOf, tokenOf } from "../credentials.ts";
import { byScope } from "../presentations.ts";
import { samples } from "../samples/operations.ts";
import { callOperation, openTestApi, type TestApi } from "../test-api.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  api = await openTestApi();
});

const onOneThing = operations.filter(({ route }) => route.includes("{"));
const onOwn = onOneThing.filter(({ route }) => route.includes(" /me/"));
const onAccount = onOneThing.filter(({ allow }) => allow.includes(":") && allow !== "verify:credential");
const onColleagues = onAccount.filter((operation) => !onOwn.includes(operation));

const strangers: [name: string, headers: (cast: Cast) => Promise<Headers>][] = [
  ["another person of the account", async ({ here }) => bearer(await sessionOf(await person(here, ["Member"])))],
  ["the administrator of the account", async ({ ada }) => bearer(await sessionOf(ada))],
  ["the administrator of another account", async ({ dan }) => bearer(await sessionOf(dan))],
  [
    "a token of another person",
    async ({ ada }) => bearer((await tokenOf(ada, ["APIKey", "Secret", "tokens:rotate-self", "read-only"])).secret),
  ],
];

const thingsOf = (operation: RestOperation) => samples[operation.name]?.input(cast.ben) ?? Promise.resolve({});

/** Everything of Ben's, as it stands. */
const everything = () =>
  sql(
    `select (select json_agg(t order by t.id) from tokens t where user_id = $1) as tokens,
      (select json_agg(f order by f.id) from authenticators f where user_id = $1) as authenticators,
      (select json_agg(s.id order by s.id) from sessions s where user_id = $1) as sessions,
      (select json_agg(c order by c.id) from service_credentials c where user_id = $1) as credentials,
      (select row_to_json(u) from users u where id = $1) as "user"`,
    cast.ben.id,
  );

test("whatever is about one thing is about one's own, or about one of the account", () => {
  expect(onOneThing).toEqual(expect.arrayContaining([...onOwn, ...onColleagues]));
  expect(onOwn.length + onColleagues.length).toBe(onOneThing.length);
});

/** Nothing is there for them, over HTTP or in the process, and nothing changes. */
async function expectNothing(operation: RestOperation, headers: () => Promise<Headers>, code: string) {
  const input = await thingsOf(operation);
  const before = await everything();
  expect((await callOperation(api, operation, input, await headers())).field("code")).toBe(code);
  const caller = callerWith(await headers(), methodOf(operation));
  await expect(execute(operation, caller, input)).rejects.toMatchObject({ code });
  expect(await everything()).toEqual(before);
}

/** An id of the same kind that nothing has. */
function nobodys(name: string, id: unknown): unknown {
  if (/^(account|other)Id$/.test(name)) return "99999999";
  if (name === "accessKeyId") return "00000000000000ff";
  return typeof id === "number" ? 9_000_000_000 : crypto.randomUUID();
}

/** What is refused is told as for a thing that is nowhere. */
async function expectAsNowhere(operation: RestOperation, who: Person) {
  const headers = bearer(await sessionOf(who));
  const input: Record<string, unknown> = await thingsOf(operation);
  const others = await callOperation(api, operation, input, headers);
  const ids = Object.keys(input).filter((name) => /^id$|Id$/.test(name));
  const elsewhere = Object.fromEntries(ids.map((name) => [name, nobodys(name, input[name])]));
  const nowhere = await callOperation(api, operation, { ...input, ...elsewhere }, headers);
  const told = ({ body }: { body: unknown }) => ({ ...(body as object), instance: "" });
  expect(told(others)).toEqual(told(nowhere));
}

function codeForTokens({ name, allow }: RestOperation): string {
  // A token rotates itself alone: it is told so before anything is looked for.
  if (allow === "signed-in" || name === "tokens.rotate") return "session_required";
  return byScope(allow) ? "not_found" : "insufficient_scope";
}

describe.each(onOwn)("$name on another's thing", (operation) => {
  test.each(strangers)("does not exist for %s", async (name, headers) => {
    const code = name.startsWith("a token") ? codeForTokens(operation) : "not_found";
    await expectNothing(operation, () => headers(cast), code);
  });

  test("answers as for a thing that is nowhere", () => expectAsNowhere(operation, cast.ada));
});

describe.each(onColleagues)("$name", (operation) => {
  test("does not reach into another account", async () => {
    await expectNothing(operation, async () => bearer(await sessionOf(cast.dan)), "not_found");
  });

  test("answers for people of other accounts as for people who are nowhere", () =>
    expectAsNowhere(operation, cast.dan));
});
