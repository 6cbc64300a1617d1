import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { getProfile } from "#lib/people/profile.ts";
import { signIn } from "#lib/sign-in/sign-in.ts";
import { account, type Cast, grantOwn, manage, openStage, type Person, person, sql, tokenRow } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { openMailbox } from "#tests/mailbox.ts";
import { createAccount } from "./create.ts";
import { getAccount } from "./get.ts";
import { listAccounts } from "./list.ts";
import { previewPolicies } from "./preview.ts";
import { readTopology } from "./topology.ts";
import { updateAccount } from "./update.ts";

let cast: Cast;
/** The account above, one below, one below that, and somebody who runs the first. */
let top: string;
let middle: string;
let bottom: string;
let root: Person;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000000" });
});

beforeEach(async () => {
  [top, middle, bottom] = [await account("Top"), await account("Middle"), await account("Bottom")];
  await manage(top, middle);
  await manage(middle, bottom);
  root = await person(top, ["Administrator"]);
});

const list = async (who: Person, input: object = {}) =>
  (await execute(listAccounts, await asPerson(who), input)).output;
const namesIn = async (who: Person, input: object = {}) => (await list(who, input)).items.map(({ name }) => name);
const update = async (who: Person, input: object) => (await execute(updateAccount, await asPerson(who), input)).output;
const get = async (who: Person, accountId: string) =>
  (await execute(getAccount, await asPerson(who), { accountId })).output;
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "done",
    (refusal) => refusal.details.errors?.[0]?.code ?? refusal.code,
  );

describe("the list", () => {
  test("shows the own account and those in direct relation, and no others", async () => {
    const { items } = await list(root);
    expect(items.map(({ name, relationship, open }) => [name, relationship, open])).toEqual([
      ["Middle", "managed", true],
      ["Top", "own", true],
    ]);
  });

  test("of one that manages the own it tells the name alone", async () => {
    const mo = await person(middle, ["Administrator"]);
    const { items } = await list(mo);
    expect(items.find(({ id }) => id === top)).toEqual({
      id: top,
      name: "Top",
      relationship: "managing",
      open: false,
      account: null,
    });
    expect(await namesIn(mo, { active: "true" })).toEqual(["Bottom", "Middle"]);
  });

  test("of a managed one it tells the name alone, too, where a role is for the own account", async () => {
    const reader = await person(top, ["Read Only"]);
    expect((await list(reader)).items.map(({ name, account }) => [name, account !== null])).toEqual([
      ["Middle", false],
      ["Top", true],
    ]);
  });

  test("tells by relationship, and in a managed account only what is open to the asker", async () => {
    expect(await namesIn(root, { relationship: "managed" })).toEqual(["Middle"]);
    expect(await namesIn(root, { relationship: "managing" })).toEqual([]);
    expect(await namesIn(root, { accountId: middle, relationship: "managing" })).toEqual(["Top"]);
    expect(await namesIn(root, { accountId: middle, relationship: "managed" })).toEqual([]);
    await sql("insert into account_relations values ('bills_to', $1, $2, '{}')", top, middle);
    expect(await namesIn(root, { accountId: middle, relationship: "bills_to" })).toEqual(["Top"]);
  });

  test("is searched by name or id, and narrowed", async () => {
    expect(await namesIn(root, { search: "mid" })).toEqual(["Middle"]);
    expect(await namesIn(root, { search: middle })).toEqual(["Middle"]);
    expect(await namesIn(root, { search: "%" })).toEqual([]);
    expect(await namesIn(root, { name: "middle" })).toEqual([]);
    expect(await namesIn(root, { name: "Middle" })).toEqual(["Middle"]);
    await sql("update accounts set mfa_required = true, active = false where id = $1", middle);
    expect(await namesIn(root, { mfaRequired: "true" })).toEqual(["Middle"]);
    expect(await namesIn(root, { active: "true" })).toEqual(["Top"]);
    expect(await namesIn(root, { locations: "nowhere, insight-us-virginia" })).toEqual(["Middle", "Top"]);
    expect(await namesIn(root, { locations: "nowhere" })).toEqual([]);
  });

  test("goes on where a page ended", async () => {
    const first = await list(root, { limit: 1 });
    expect(first.items.map(({ name }) => name)).toEqual(["Middle"]);
    const second = await list(root, { limit: 1, cursor: first.nextCursor });
    expect([second.items.map(({ name }) => name), second.nextCursor]).toEqual([["Top"], null]);
    expect(await codeOf(list(root, { limit: 1, search: "x", cursor: first.nextCursor }))).toBe("invalid_cursor");
  });
});

describe("an account", () => {
  test("is read with what was agreed on", async () => {
    expect(await get(root, top)).toMatchObject({ id: top, name: "Top", rights: null, mfaRequired: false, version: 1 });
    expect(await get(root, middle)).toMatchObject({ id: middle, rights: ["*:managed:*:*"] });
  });

  test("beyond one that the own manages does not exist", async () => {
    expect(await codeOf(get(root, bottom))).toBe("not_found");
    expect(await codeOf(update(root, { accountId: bottom, name: "Mine" }))).toBe("not_found");
  });

  test("changes where it is asked to, and nowhere else", async () => {
    const changed = await update(root, {
      accountId: middle,
      name: "Centre",
      mfaRequired: true,
      passwordMaxAgeDays: 90,
    });
    expect(changed).toMatchObject({ name: "Centre", mfaRequired: true, passwordMaxAgeDays: 90, version: 2 });
    expect(changed.modifiedBy).toBe(root.id);
    expect((await update(root, { accountId: middle, passwordMaxAgeDays: null })).passwordMaxAgeDays).toBeNull();
    expect(await get(root, top)).toMatchObject({ name: "Top", version: 1 });
  });

  test("is not changed over somebody else's change", async () => {
    await update(root, { accountId: top, name: "Summit", version: 1 });
    expect(await codeOf(update(root, { accountId: top, name: "Peak", version: 1 }))).toBe("version_conflict");
  });

  test("keeps its default location among its locations", async () => {
    const locations = ["eu-west", "eu-north"];
    expect(await codeOf(update(root, { accountId: top, locations }))).toBe("not_a_location");
    const moved = await update(root, { accountId: top, locations, defaultLocation: "eu-north" });
    expect(moved).toMatchObject({ locations, defaultLocation: "eu-north" });
    expect(await codeOf(update(root, { accountId: top, locations: ["Not One"] }))).toBe("invalid_format");
  });

  test("is switched off by one that manages it alone, and nobody of it gets in or goes on", async () => {
    const mo = await person(middle, ["Administrator"]);
    const session = callerWith(bearer(await sessionOf(mo)));
    expect(await codeOf(update(mo, { accountId: middle, active: false }))).toBe("conflict");
    await update(root, { accountId: middle, active: false });
    expect(await codeOf(execute(getProfile, session, {}))).toBe("owner_inactive");
    expect(await codeOf(execute(signIn, callerWith({}), { username: mo.username, password: mo.password }))).toBe(
      "user_inactive",
    );
    await update(root, { accountId: middle, active: true });
    expect(await codeOf(execute(getProfile, session, {}))).toBe("done");
  });

  test("is changed by a token with the scope accounts, as far as its owner may", async () => {
    const { secret } = await tokenOf(root, ["accounts"]);
    const change = (accountId: string) =>
      codeOf(execute(updateAccount, callerWith(bearer(secret)), { accountId, name: "By token" }));
    expect(await change(top)).toBe("done");
    expect(await change(middle)).toBe("done");
    const clerk = await person(top, []);
    await grantOwn(clerk.id, `Clerk ${clerk.id}`, { "admin:own:update:account": "allowed" });
    expect(await codeOf(update(clerk, { accountId: top, name: "By clerk" }))).toBe("done");
    expect(await codeOf(update(clerk, { accountId: middle, name: "By clerk" }))).toBe("forbidden");
  });
});

describe("shorter sessions", () => {
  const openOf = (who: Person) =>
    sql(
      "select idle_minutes, extract(epoch from expires_at - created_at) / 3600 as hours from sessions where user_id = $1",
      who.id,
    );

  test("hold for those that are open, at once; longer ones for new ones alone", async () => {
    const mo = await person(middle, []);
    await sessionOf(mo);
    await update(root, { accountId: middle, sessionIdleMinutes: 10, sessionMaxHours: 2 });
    expect(await openOf(mo)).toMatchObject([{ idle_minutes: 10, hours: "2.0000000000000000" }]);
    await update(root, { accountId: middle, sessionIdleMinutes: 60, sessionMaxHours: 24 });
    expect(await openOf(mo)).toMatchObject([{ idle_minutes: 10, hours: "2.0000000000000000" }]);
  });

  test("end what was idle for longer", async () => {
    const mo = await person(middle, ["Member"]);
    const caller = await asPerson(mo);
    await sql("update sessions set last_seen_at = now() - interval '20 minutes' where user_id = $1", mo.id);
    await update(root, { accountId: middle, sessionIdleMinutes: 15 });
    expect(await codeOf(execute(getProfile, caller, {}))).toBe("session_ended");
  });

  test("leave other accounts alone", async () => {
    const other = await person(bottom, []);
    await sessionOf(other);
    await update(root, { accountId: middle, sessionIdleMinutes: 5 });
    expect(await openOf(other)).toMatchObject([{ idle_minutes: 60 }]);
  });
});

describe("a preview of policies", () => {
  const preview = async (input: object) =>
    (await execute(previewPolicies, await asPerson(root), { accountId: middle, ...input })).output;
  const nobody = { count: 0, people: 0, more: false, first: [] };

  test("names whom they would concern, and nobody of another account", async () => {
    const mo = await person(middle, []);
    await person(bottom, []);
    await sessionOf(mo);
    await sql("update sessions set last_seen_at = now() - interval '20 minutes' where user_id = $1", mo.id);
    await sql("update users set password_changed_at = now() - interval '50 days' where id = $1", mo.id);
    await tokenRow(mo, { name: "nightly", expiresAt: "now() + interval '200 days'" });
    await tokenRow(mo, { name: "brief", expiresAt: "now() + interval '20 days'" });
    const one = (detail: string | null) => ({
      count: 1,
      people: 1,
      more: false,
      first: [{ userId: mo.id, fullName: mo.fullName, detail }],
    });
    const wanted = { mfaRequired: "true", sessionIdleMinutes: "15", passwordMaxAgeDays: "30", tokenMaxDays: "90" };
    expect(await preview(wanted)).toEqual({
      withoutFactor: one(null),
      sessionsEnding: one(null),
      overdue: one(null),
      tokensOutliving: one("nightly"),
      tokensUnused: nobody,
      tokensOpen: nobody,
      copiesForgotten: nobody,
      keysStopped: nobody,
      keysCreatingMore: nobody,
    });
  });

  test("is silent about what stays or grows milder, and changes nothing", async () => {
    await person(middle, []);
    const milder = { mfaRequired: "false", sessionIdleMinutes: "600", tokenMaxDays: "365" };
    expect(Object.values(await preview(milder))).toEqual(Array(9).fill(nobody));
    expect((await get(root, middle)).version).toBe(1);
  });

  test("counts no further than a thousand", async () => {
    await sql(
      `insert into users (account_id, username, full_name, email)
       select $1, $1 || 'u' || n, 'Many', $1 || 'u' || n || '@example.org' from generate_series(1, 1001) n`,
      middle,
    );
    const { withoutFactor } = await preview({ mfaRequired: "true" });
    expect(withoutFactor).toMatchObject({ count: 1000, more: true });
    expect(withoutFactor.first).toHaveLength(20);
  });
});

describe("a new account", () => {
  const create = async (who: Person, input: object) =>
    (await execute(createAccount, await asPerson(who), input)).output;

  test("is managed by the own one, and its first administrator is invited", async () => {
    const mailbox = await openMailbox();
    const first = { administratorName: "Fay Osei", administratorEmail: "fay@annexe.example" };
    const { account: made, administrator } = await create(root, { name: "Annexe", ...first });
    expect(made).toMatchObject({ name: "Annexe", createdBy: root.id, defaultLocation: "insight-us-virginia" });
    expect(administrator).toMatchObject({ accountId: made.id, status: "invited", roles: [{ name: "Administrator" }] });
    expect((await mailbox.newest("fay@annexe.example")).subject).toBe("You are invited to Annexe");
    expect(await namesIn(root)).toContain("Annexe");
    expect(await get(root, made.id)).toMatchObject({ rights: ["*:managed:*:*"] });
    const entries = await sql("select account_id, details from audit_entries where action = 'accounts.create'");
    expect(entries.map(({ account_id }) => account_id)).toEqual(expect.arrayContaining([top, made.id]));
  });

  test("is made whole or not at all", async () => {
    const taken = { name: "Twice", administratorName: "Ada", administratorEmail: cast.ada.email };
    await expect(create(root, taken)).rejects.toMatchObject({
      code: "user_exists",
      details: { errors: [{ pointer: "/administratorEmail" }] },
    });
    expect(await sql("select from accounts where name = 'Twice'")).toEqual([]);
  });

  test("is not made for one that the own manages", async () => {
    const wanted = { accountId: middle, name: "Deep", administratorName: "A", administratorEmail: "deep@example.org" };
    expect(await codeOf(create(root, wanted))).toBe("forbidden");
  });
});

describe("the topology", () => {
  const tree = async (who: Person, accountId: string, relationship = "managed") =>
    (await execute(readTopology, await asPerson(who), { accountId, relationship })).output.topology;

  test("is one object, down to what the asker may act in", async () => {
    expect(await tree(root, top)).toMatchObject({ id: top, managed: [{ id: middle, managed: [] }] });
    await manage(top, bottom);
    expect(await tree(root, top)).toMatchObject({
      id: top,
      name: "Top",
      managed: [
        { id: middle, managed: [{ id: bottom, name: "Bottom", managed: [] }] },
        { id: bottom, managed: [] },
      ],
    });
  });

  test("upwards shows nothing above the own account", async () => {
    expect(await tree(root, middle, "managing")).toMatchObject({ id: middle, managing: [{ id: top, managing: [] }] });
    const mo = await person(middle, ["Administrator"]);
    expect(await tree(mo, middle, "managing")).toMatchObject({ id: middle, managing: [] });
  });

  test("of an account that is not open does not exist", async () => {
    expect(await codeOf(tree(root, bottom))).toBe("not_found");
  });
});
