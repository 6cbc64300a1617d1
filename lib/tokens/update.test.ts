import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { updateToken } from "./update.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
});

const start = ["profile:write", "Tasks"];

/** What a token with {@link start} is changed to, and whether that is more than it had. */
const changes: [what: string, change: object, widens: boolean][] = [
  ["another name", { name: "Another" }, false],
  ["the same scopes in another order", { scopes: ["Tasks", "profile:write"] }, false],
  ["fewer scopes", { scopes: ["Tasks"] }, false],
  ["a scope whose permissions it has", { scopes: ["profile:read"] }, false],
  ["one scope more", { scopes: [...start, "Session"] }, true],
  ["one scope for another", { scopes: ["Session"] }, true],
  ["a scope that covers all it has, and more", { scopes: [...start, "read-only"] }, true],
];

const change = async (who: Person, by: () => Promise<string>, input: object) => {
  const { id } = await tokenOf(who, start);
  const asked = { ...input, ...("name" in input && { name: `Another ${id}` }), id };
  return execute(updateToken, callerWith(bearer(await by())), asked);
};

async function staleSession(who: Person) {
  const secret = await sessionOf(who);
  await sql("update sessions set fresh_until = now() where user_id = $1", who.id);
  return secret;
}

describe.each(changes)("%s", (_, input, widens) => {
  test(`${widens ? "asks" : "does not ask"} a person for step-up`, async () => {
    const who = await person(cast.here, ["Member"]);
    const changed = change(who, () => staleSession(who), input);
    if (widens) await expect(changed).rejects.toMatchObject({ code: "step_up_required" });
    else expect((await changed).output.widened).toBe(false);
  });

  test(`is ${widens ? "a new grant: told of and on record as such" : "no grant"}`, async () => {
    const who = await person(cast.here, ["Member"]);
    const { output } = await change(who, () => sessionOf(who), input);
    const told = await sql(
      "select from jobs.job where data ->> 'userId' = $1 and data ->> 'event' = 'token_widened'",
      who.id,
    );
    const [entry] = await sql(
      "select details -> 'widened' as widened from audit_entries where target = $1 and action = 'tokens.update'",
      output.id,
    );
    expect([output.widened, told.length, entry]).toEqual([widens, widens ? 1 : 0, { widened: widens || null }]);
  });

  test(`is ${widens ? "not " : ""}for a token to do`, async () => {
    const who = await person(cast.here, ["Member"]);
    const by = async () => (await tokenOf(who, ["APIKey", "Session", "profile:write", "read-only"])).secret;
    const changed = change(who, by, input);
    if (widens) await expect(changed).rejects.toMatchObject({ code: "session_required" });
    else expect((await changed).output.widened).toBe(false);
  });
});

test("a token that widens itself is refused", async () => {
  const { id, secret } = await tokenOf(cast.ben, ["APIKey"]);
  const asked = execute(updateToken, callerWith(bearer(secret)), { id, scopes: ["APIKey", "Tasks"] });
  await expect(asked).rejects.toMatchObject({ code: "session_required" });
});

describe("scopes that are added", () => {
  const bad: [what: string, scopes: string[], code: string][] = [
    ["that are not there", ["Everything"], "unknown_scope"],
    ["of which the owner's roles allow nothing", ["users"], "not_yours"],
    ["of which there is none", [], "too_small"],
  ];

  test.each(bad)("%s are refused", async (_, scopes, code) => {
    const asked = change(cast.ben, () => sessionOf(cast.ben), { scopes });
    await expect(asked).rejects.toMatchObject({ details: { errors: [{ code }] } });
  });

  test("are not those that left the catalogue, which a token may keep", async () => {
    const { id } = await tokenOf(cast.ben, start);
    await sql("update tokens set scopes = '{Tasks,gone}' where id = $1", id);
    const { output } = await execute(updateToken, await asPerson(cast.ben), { id, scopes: ["gone"] });
    expect([output.scopes, output.widened]).toEqual([["gone"], false]);
  });
});

test("a scope that names what a wildcard of another covers is more: it opens what people confirm for", async () => {
  const { id } = await tokenOf(cast.ada, ["read-only"]);
  const by = callerWith(bearer(await staleSession(cast.ada)));
  const asked = execute(updateToken, by, { id, scopes: ["read-only", "audit"] });
  await expect(asked).rejects.toMatchObject({ code: "step_up_required" });
});

test("what is left out stays", async () => {
  const { id, name, expiresAt } = await tokenOf(cast.ben, start);
  const { output } = await execute(updateToken, await asPerson(cast.ben), { id, description: "Copies figures" });
  expect(output).toMatchObject({ name, scopes: start, expiresAt, description: "Copies figures" });
});

describe("the start of a token", () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const startIn = async (days: number) => (await tokenOf(cast.ben, ["Tasks"], { startsAt: inDays(days) })).id;
  const move = async (id: string, startsAt: string | null, secret?: string) =>
    execute(updateToken, callerWith(bearer(secret ?? (await sessionOf(cast.ben)))), { id, startsAt });

  test("is moved until it has begun, and not after its end", async () => {
    const id = await startIn(2);
    const later = inDays(3);
    expect((await move(id, later)).output).toMatchObject({ startsAt: later, status: "not_started", widened: false });
    await expect(move(id, inDays(400))).rejects.toMatchObject({ details: { errors: [{ code: "too_late" }] } });
    expect((await move(id, null)).output).toMatchObject({ startsAt: null, status: "never_used", widened: true });
    await expect(move(id, later)).rejects.toMatchObject({ details: { errors: [{ code: "begun" }] } });
    const begun = await startIn(2);
    await sql("update tokens set starts_at = now() where id = $1", begun);
    await expect(move(begun, later)).rejects.toMatchObject({ details: { errors: [{ code: "begun" }] } });
  });

  test("is moved forward by a person who has confirmed that it is them, and by no token", async () => {
    const id = await startIn(2);
    const { secret } = await tokenOf(cast.ben, ["APIKey"]);
    const stale = await staleSession(cast.ben);
    expect((await move(id, inDays(4), secret)).output.widened).toBe(false);
    await expect(move(id, inDays(3), secret)).rejects.toMatchObject({ code: "session_required" });
    await expect(move(id, inDays(3), stale)).rejects.toMatchObject({ code: "step_up_required" });
    expect((await move(id, inDays(5), stale)).output.widened).toBe(false);
  });
});
