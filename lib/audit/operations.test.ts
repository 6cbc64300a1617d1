import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { updateProfile } from "#lib/people/update-profile.ts";
import { type Cast, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, sessionOf } from "#tests/credentials.ts";
import { auditRow, settled } from "#tests/samples/audit.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { sealFinished } from "./chain.ts";
import { getAudit } from "./get.ts";
import { getChain } from "./get-chain.ts";
import { listAudit } from "./list.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
  await manage(cast.here, cast.there);
});

const listed = async (who: Person, input: object = {}) =>
  (await execute(listAudit, await asPerson(who), input)).output.items;
const idsOf = async (who: Person, input: object) => (await listed(who, input)).map(({ id }) => id);

describe("the audit log", () => {
  test("tells who did what, newest first, of the own account alone", async () => {
    await execute(updateProfile, await asPerson(cast.ben), { fullName: "Ben Quarry" });
    await auditRow(cast.dan);
    const [newest] = await listed(cast.ada);
    expect(newest).toMatchObject({
      action: "profile.update",
      words: "Profile changed",
      result: "done",
      accountId: cast.here,
      actor: { username: "ben", fullName: "Ben Quarry", accountName: "Quarry" },
      impersonator: null,
      via: "session",
    });
    expect((await listed(cast.ada)).map(({ accountId }) => accountId)).not.toContain(cast.there);
  });

  test("is read page by page", async () => {
    const guest = await person(cast.here, []);
    const made = [await auditRow(guest), await auditRow(guest), await auditRow(guest)];
    const caller = await asPerson(cast.ada);
    const input = { actor: guest.id, limit: 2 };
    const first = (await execute(listAudit, caller, input)).output;
    const second = (await execute(listAudit, caller, { ...input, cursor: first.nextCursor })).output;
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.reverse());
    expect(second.nextCursor).toBeNull();
    const stolen = execute(listAudit, caller, { cursor: first.nextCursor });
    await expect(stolen).rejects.toMatchObject({ code: "invalid_fields" });
  });

  test("is filtered by who, whether by id, username, address or full name", async () => {
    const guest = await person(cast.here, []);
    const id = await auditRow(guest);
    for (const actor of [guest.id, guest.username.toUpperCase(), guest.email, guest.fullName.toLowerCase()])
      expect(await idsOf(cast.ada, { actor })).toEqual([id]);
    expect(await idsOf(cast.ada, { actor: "nobody by that name" })).toEqual([]);
  });

  test("is filtered by action, prefix, target and result, and all of them together", async () => {
    const guest = await person(cast.here, []);
    const [created, ended] = [
      await auditRow(guest, { action: "groups.create", target: "g1" }),
      await auditRow(guest, { action: "groups.delete", target: "g1", result: "refused" }),
    ];
    await auditRow(guest, { action: "group_roles.create", target: "g2" });
    expect(await idsOf(cast.ada, { action: "groups.create" })).toEqual([created]);
    for (const action of ["groups", "groups."]) expect(await idsOf(cast.ada, { action })).toEqual([ended, created]);
    expect(await idsOf(cast.ada, { target: "g1" })).toEqual([ended, created]);
    expect(await idsOf(cast.ada, { target: "g1", result: "refused" })).toEqual([ended]);
    const unlocked = await auditRow(cast.ada, { action: "picture.put", target: guest.id });
    for (const asked of [{}, { actor: cast.ada.id }])
      expect(await idsOf(cast.ada, { ...asked, target: guest.username.toUpperCase() })).toEqual([unlocked]);
    expect(await idsOf(cast.ada, { actor: guest.id, action: "groups", target: "g1", result: "done" })).toEqual([
      created,
    ]);
  });

  test("is filtered by time: instants, or days where the reader lives", async () => {
    const guest = await person(await accountOf(), ["Administrator"]);
    const made: number[] = [];
    for (const at of ["2031-03-01T03:30Z", "2031-03-01T12:00Z", "2031-03-02T03:30Z", "2031-03-02T12:00Z"])
      made.push(await auditRow(guest, { at: `'${at}'` }));
    const [, noon, night] = made;
    await sql("update users set time_zone = 'America/New_York' where id = $1", guest.id);
    const day = { from: "2031-03-01", until: "2031-03-01" };
    expect(await idsOf(guest, day)).toEqual([night, noon]);
    expect(await idsOf(guest, { from: "2031-03-01T12:00:00Z", until: "2031-03-02T05:30:00+02:00" })).toEqual([noon]);
    await expect(listed(guest, { from: "0000-01-01" })).rejects.toMatchObject({ code: "invalid_fields" });
  });
});

const accountOf = async () => (await import("#tests/cast.ts")).account("Elsewhere");

describe("managed accounts", () => {
  test("what a managing administrator does stands in both logs, with their name", async () => {
    const [made] = await sql<{ id: string }>(
      `insert into audit_entries (account_id, actor_account_id, actor_id, action, target, result)
       values ($1, $2, $3, 'users.update', $4, 'done') returning id`,
      cast.there,
      cast.here,
      cast.ada.id,
      cast.dan.id,
    );
    const id = Number(made?.id);
    const mine = (await listed(cast.ada)).find((entry) => entry.id === id);
    expect(mine).toMatchObject({ accountId: cast.there, actor: { username: "ada" }, targetName: null });
    const [theirs] = await listed(cast.dan, { action: "users" });
    expect(theirs).toMatchObject({
      id,
      actor: { username: "ada", accountId: cast.here, accountName: "Quarry" },
      targetName: "dan",
      targetKind: "user",
    });
    expect(await idsOf(cast.ada, { action: "users" })).toEqual([id]);
    expect(await idsOf(cast.ada, { accountId: "*", action: "users" })).toEqual([id]);
    expect(await idsOf(cast.dan, { actor: "ada" })).toContain(id);
  });

  test("an account and all of them are read by who manages them, and by nobody else", async () => {
    const theirs = await auditRow(cast.dan, { action: "roles.create" });
    const ours = await auditRow(cast.ben, { action: "roles.create" });
    expect(await idsOf(cast.ada, { action: "roles.create", accountId: cast.there })).toEqual([theirs]);
    expect(await idsOf(cast.ada, { action: "roles.create", accountId: "*" })).toEqual([ours, theirs]);
    expect(await idsOf(cast.dan, { action: "roles.create", accountId: "*" })).toEqual([theirs]);
    await expect(listed(cast.dan, { accountId: cast.here })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("one entry", () => {
  test("has its link in the chain as soon as it is sealed", async () => {
    const entryId = await auditRow(cast.ben, { action: "tokens.create", target: cast.ben.id, details: { name: "x" } });
    const caller = await asPerson(cast.ada);
    expect((await execute(getAudit, caller, { entryId })).output).toMatchObject({ id: entryId, link: null });
    await settled();
    await sealFinished();
    const { output } = await execute(getAudit, caller, { entryId });
    expect(output).toMatchObject({ targetName: "ben", program: "curl", details: { name: "x" } });
    expect(output.link?.sha256).toMatch(/^[0-9a-f]{64}$/);
    const chain = (await execute(getChain, caller, {})).output;
    expect(chain.sealed?.position).toBeGreaterThanOrEqual(output.link?.position ?? Number.POSITIVE_INFINITY);
  });

  test("of another account does not exist", async () => {
    const entryId = await auditRow(cast.ben);
    await expect(execute(getAudit, await asPerson(cast.dan), { entryId })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the export", () => {
  const download = async (who: Person, query = "") =>
    api.request(`/api/v1/audit/export${query}`, { headers: bearer(await sessionOf(who)) });

  test("is a file of all that matches, however much, in which no cell is a formula", async () => {
    const guest = await person(cast.here, []);
    await sql(
      `insert into audit_entries (account_id, actor_id, action, result, agent)
       select $1, $2, 'export.test', 'done', '=cmd()' from generate_series(1, 2500)`,
      cast.here,
      guest.id,
    );
    const csv = await download(cast.ada, "?action=export.test");
    expect(csv.headers["content-disposition"]).toBe('attachment; filename="latchkey-audit.csv"');
    expect(csv.headers["content-length"]).toBeUndefined();
    const lines = csv.text.trimEnd().split("\r\n");
    expect(lines).toHaveLength(2501);
    expect(lines[0]).toMatch(/^\uFEFFid,at,action/);
    expect(lines[1]).toContain(`,${guest.username},`);
    expect(lines[1]).toContain(`,"'=cmd()",`);
    const jsonl = await download(cast.ada, "?action=export.test&format=jsonl");
    const entries = jsonl.text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(new Set(entries.map(({ id }) => id)).size).toBe(2500);
  });

  test("is on record itself", async () => {
    await download(cast.dan, "?action=nothing.such");
    const [entry] = await sql(
      "select details from audit_entries where action = 'audit.export' and result = 'done' and actor_id = $1 order by id desc limit 1",
      cast.dan.id,
    );
    expect(entry).toEqual({ details: { filter: { action: "nothing.such", format: "csv" } } });
  });

  test("holds nothing of other accounts, and asks for step-up", async () => {
    const { text } = await download(cast.dan);
    expect(text).toContain(",dan,");
    expect(text).not.toContain(",ben,");
    const caller = bearer(await sessionOf(cast.dan));
    await sql("update sessions set fresh_until = now() where user_id = $1", cast.dan.id);
    const refused = await api.request("/api/v1/audit/export", { headers: caller });
    expect(refused.field("code")).toBe("step_up_required");
  });
});
