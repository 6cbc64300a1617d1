import { beforeAll, describe, expect, test } from "vitest";
import { csvLines } from "#lib/core/csv.ts";
import { execute } from "#lib/core/execute.ts";
import { revokeTokenOf } from "#lib/people/users/tokens.ts";
import { signIn } from "#lib/sign-in/sign-in.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { exportSecurityLog, listSecurityLog } from "./operations.ts";

const cell = (text: string) => csvLines([[text]]).slice(0, -2);

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
});

const someone = () => person(cast.here, ["Member"]);
const log = async (who: Person, input = {}) => (await execute(listSecurityLog, await asPerson(who), input)).output;
const saved = async (who: Person, input = {}) => {
  const { output } = await execute(exportSecurityLog, await asPerson(who), input);
  let text = "";
  for await (const piece of output.content) text += piece;
  return { ...output, text };
};

type Entry = { actor?: Person; target?: string; action?: string; at?: string; address?: string; details?: object };

/** Puts something on record; its id. */
async function entry({ actor, target, action = "profile.update", at = "now()", address, details }: Entry) {
  const [made] = await sql<{ id: string }>(
    `insert into audit_entries (at, account_id, actor_id, target, action, result, address, agent, details)
     values (${at}, $1, $2, $3, $4, 'done', $5, 'curl/8.5.0', $6) returning id`,
    actor?.accountId ?? null,
    actor?.id ?? null,
    target ?? null,
    action,
    address ?? "198.51.100.4",
    details ? JSON.stringify(details) : null,
  );
  return Number(made?.id);
}

describe("the security log", () => {
  test("holds what one did and what others did to one, newest first, and nothing of others", async () => {
    const who = await someone();
    const own = await entry({ actor: who, target: who.id });
    const byAda = await entry({ actor: cast.ada, target: who.id, action: "users.remove_factors" });
    await entry({ actor: cast.ada, target: cast.cleo.id });
    const { items } = await log(who);
    expect(items.map(({ id }) => id)).toEqual([byAda, own]);
    expect(items).toMatchObject([
      { by: "somebody else", byUsername: "ada", kind: "factors", words: "Second factors removed by an administrator" },
      { by: "you", byUsername: who.username, kind: "profile", words: "Profile changed", program: "curl" },
    ]);
  });

  test("tells what was done to one token and how it was refused, by whomever, and of nobody else's", async () => {
    const who = await someone();
    const [one, other] = [await tokenOf(who, ["Tasks"]), await tokenOf(who, ["Tasks"])];
    await execute(revokeTokenOf, await asPerson(cast.ada), { userId: who.id, id: one.id });
    await api.request("/api/v1/tokens/verify", { headers: bearer(one.secret) });
    const told = async (reader: Person, token: string) =>
      (await log(reader, { token })).items.map(({ action }) => action);
    expect(await told(who, one.id)).toEqual(["tokens.use", "users.revoke_token", "tokens.create"]);
    expect(await told(who, other.id)).toEqual(["tokens.create"]);
    expect(await told(cast.ben, one.id)).toEqual([]);
  });

  test("says from where only of what was done in one's own name", async () => {
    const who = await someone();
    await entry({ actor: who });
    await entry({ actor: cast.ada, target: who.id });
    const seen = (await log(who)).items.map(({ address, program }) => [address, program]);
    expect(seen).toEqual([
      [null, null],
      ["198.51.100.4", "curl"],
    ]);
  });

  test("tells of a wrong password, with where it was typed", async () => {
    const who = await someone();
    const wrong = { username: who.username, password: "Not-Mine-at-all-1" };
    await expect(execute(signIn, callerWith({ "user-agent": "curl/8" }), wrong)).rejects.toThrow();
    expect((await log(who)).items).toMatchObject([
      { action: "sign_in.password", result: "refused", reason: "Incorrect username or password", address: "127.0.0.1" },
    ]);
  });

  test("is read page by page, each entry once", async () => {
    const who = await someone();
    const made: number[] = [];
    for (let n = 0; n < 7; n++)
      made.push(await entry(n % 2 ? { actor: who, target: who.id } : { actor: cast.ada, target: who.id }));
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await log(who, { limit: 3, cursor });
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(made.toReversed());
  });

  test("keeps its cursors to itself", async () => {
    const who = await someone();
    for (let n = 0; n < 3; n++) await entry({ actor: who });
    const { nextCursor } = await log(who, { limit: 1 });
    const refused = { code: "invalid_fields" };
    await expect(log(cast.ben, { limit: 1, cursor: nextCursor })).rejects.toMatchObject(refused);
    await expect(log(who, { limit: 1, kind: "tokens", cursor: nextCursor })).rejects.toMatchObject(refused);
  });

  test("can be filtered by a kind, a result, words, an address", async () => {
    const who = await someone();
    const token = await entry({ actor: who, action: "tokens.create", details: { name: "100% nightly" } });
    const picture = await entry({ actor: who, action: "picture.put", address: "203.0.113.9" });
    const other = await entry({ actor: who, action: "setup.create" });
    const ids = async (input: object) => (await log(who, input)).items.map(({ id }) => id);
    expect(await ids({ kind: "tokens" })).toEqual([token]);
    expect(await ids({ kind: "other" })).toEqual([other]);
    expect(await ids({ search: "picture CHANGED" })).toEqual([picture]);
    expect(await ids({ search: "203.0.113" })).toEqual([picture]);
    expect(await ids({ search: "100% night" })).toEqual([token]);
    expect(await ids({ search: "%" })).toEqual([token]);
    expect(await ids({ result: "refused" })).toEqual([]);
  });

  test("counts days where the person lives", async () => {
    const who = await someone();
    await sql("update users set time_zone = 'Pacific/Auckland' where id = $1", who.id);
    // In Auckland, 13 hours ahead in January, this is the morning of the 2nd.
    const id = await entry({ actor: who, at: "'2026-01-01T20:00:00Z'" });
    const on = async (day: string) => (await log(who, { from: day, until: day })).items.map((item) => item.id);
    expect([await on("2026-01-01"), await on("2026-01-02"), await on("2026-01-03")]).toEqual([[], [id], []]);
  });

  test.each([
    ["0000-01-01", "invalid_fields"],
    ["0001-01-01", "nothing"],
    ["9999-12-31", "nothing"],
    ["2026-02-30", "invalid_fields"],
  ])("narrowed to the day %s finds %s, and does not break", async (day, expected) => {
    const who = await someone();
    for (const filter of [{ from: day }, { until: day }, { from: day, until: day }]) {
      const found = log(who, filter).then(
        ({ items }) => (items.length ? "something" : "nothing"),
        ({ code }) => code,
      );
      expect(await found).toBe(expected);
    }
  });

  test("is for the person alone, and no token's", async () => {
    const { secret } = await tokenOf(cast.ben, ["read-only"]);
    const answer = await api.request("/api/v1/me/security-log", { headers: bearer(secret) });
    expect(answer.field("code")).toBe("session_required");
  });
});

describe("its export", () => {
  test("is a CSV with the same entries", async () => {
    const who = await someone();
    await entry({ actor: who, details: { fields: ["phone", "fullName"] } });
    const { text, contentType, fileName } = await saved(who);
    const [head, line, ...rest] = text.split("\r\n");
    expect([contentType, fileName, rest]).toEqual(["text/csv; charset=utf-8", "latchkey-security-log.csv", [""]]);
    expect(head).toMatch(/^\uFEFFat,words,action,result,/);
    expect(line).toContain(",Profile changed,profile.update,done,,you,");
    expect(line).toContain('"{""fields"":[""phone"",""fullName""]}"');
  });

  test("is JSON lines with the same entries", async () => {
    const who = await someone();
    for (let n = 0; n < 3; n++) await entry({ actor: who });
    const { text } = await saved(who, { format: "jsonl" });
    const lines = text
      .trimEnd()
      .split("\n")
      .map((one) => JSON.parse(one));
    const [taken, ...before] = (await log(who)).items;
    expect(lines).toEqual(before);
    expect(taken).toMatchObject({ action: "security_log.export", details: { format: "jsonl", filter: {} } });
  });

  test("goes on past one piece, and is on record before anything of it is read", async () => {
    const who = await someone();
    await sql(
      `insert into audit_entries (account_id, actor_id, action, result) select $1, $2, 'profile.update', 'done' from generate_series(1, 1100)`,
      ...[who.accountId, who.id],
    );
    const ids = (await saved(who, { format: "jsonl" })).text.trimEnd().split("\n");
    expect(new Set(ids.map((one) => JSON.parse(one).id)).size).toBe(1100);
    await execute(exportSecurityLog, await asPerson(who), { search: "nothing like it" });
    const taken = (await log(who)).items.filter(({ action }) => action === "security_log.export");
    expect(taken[0]?.details).toEqual({ format: "csv", filter: { search: "nothing like it" } });
  });

  test("is a file to be saved, over HTTP", async () => {
    const who = await someone();
    await entry({ actor: who });
    const headers = bearer(await sessionOf(who));
    const { status, headers: sent } = await api.request("/api/v1/me/security-log/export?format=jsonl", { headers });
    expect([status, sent["content-type"], sent["content-disposition"]]).toEqual([
      200,
      "text/plain; charset=utf-8",
      'attachment; filename="latchkey-security-log.jsonl"',
    ]);
    expect(sent["cache-control"]).toContain("no-store");
  });

  test("asks for step-up", async () => {
    const who = await someone();
    const caller = await asPerson(who);
    await sql("update sessions set fresh_until = '-infinity' where user_id = $1", who.id);
    await expect(execute(exportSecurityLog, caller, {})).rejects.toMatchObject({ code: "step_up_required" });
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1"])("makes %j words, not a formula", (text) => {
    expect(cell(text).replace(/^"/, "")[0]).toBe("'");
  });

  test("quotes what holds a comma, a quote or a line's end", () => {
    expect(["plain", 'a "b"', "a,b", "a\nb"].map(cell)).toEqual(["plain", '"a ""b"""', '"a,b"', '"a\nb"']);
  });

  test("of nothing is a line of headings", async () => {
    expect((await saved(await someone())).text).toMatch(/^\uFEFFat,.*requestId\r\n$/);
  });
});
