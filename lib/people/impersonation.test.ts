import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getAudit } from "#lib/audit/get.ts";
import { listAudit } from "#lib/audit/list.ts";
import { listSecurityLog } from "#lib/audit/security-log/operations.ts";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { housekeeping } from "#lib/portal/housekeeping.ts";
import { changePassword } from "#lib/sign-in/passwords/change.ts";
import { listSessions } from "#lib/sign-in/sessions/list.ts";
import { endSessionsOfUser } from "#lib/sign-in/sessions/of-user.ts";
import { endSession } from "#lib/sign-in/sessions/operations.ts";
import { stepUp } from "#lib/sign-in/step-up.ts";
import { createToken } from "#lib/tokens/create.ts";
import { account, type Cast, grantOwn, manage, openStage, type Person, person, sql, takeRoles } from "#tests/cast.ts";
import { asPerson, bearer, callerWith } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { endImpersonation } from "./end-impersonation.ts";
import { beginImpersonation } from "./impersonation.ts";
import { getProfile } from "./profile.ts";
import { updateProfile } from "./update-profile.ts";

let cast: Cast;

let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  mailbox = await openMailbox();
});

/** The same people, new in each story. */
beforeEach(async () => {
  const [here, there] = [await account("Quarry"), await account("Zenith")];
  const ada = await person(here, ["Administrator"]);
  const ben = await person(here, ["Member"]);
  const cleo = await person(here, []);
  cast = { ...cast, here, there, ada, ben, cleo, dan: await person(there, ["Administrator"]) };
});

const reason = "Ticket 4711: no apps listed";

const begin = async (who: Person, whom: Person, more: object = {}) =>
  (await execute(beginImpersonation, await asPerson(who), { userId: whom.id, reason, ...more })).output;

/** A caller who acts as somebody. */
const acting = async (who: Person, whom: Person, more: object = {}) =>
  callerWith(bearer((await begin(who, whom, more)).token));

const code = (doing: Promise<unknown>) =>
  doing.then(
    () => "ok",
    (refusal: { code: string }) => refusal.code,
  );

describe("acting as somebody", () => {
  test("is in the open: the person is told, sees the session, and finds both names on record", async () => {
    const caller = await acting(cast.ada, cast.ben);
    await execute(updateProfile, caller, { fullName: "Benjamin" });
    const { items: sessions } = (await execute(listSessions, await asPerson(cast.ben), {})).output;
    expect(sessions.map(({ impersonatedBy }) => impersonatedBy).filter(Boolean)).toEqual([cast.ada.username]);
    const log = (await execute(listSecurityLog, await asPerson(cast.ben), {})).output.items;
    expect(log.slice(0, 2)).toMatchObject([
      { action: "profile.update", by: "somebody else", asYou: true, byUsername: cast.ada.username, address: null },
      {
        action: "impersonation.begin",
        by: "somebody else",
        asYou: false,
        byUsername: cast.ada.username,
        details: { reason },
      },
    ]);
    const [entry] = (await execute(listAudit, await asPerson(cast.ada), { action: "profile" })).output.items;
    expect(entry).toMatchObject({
      actor: { username: cast.ben.username },
      impersonator: { username: cast.ada.username },
    });
    const [mine] = (await execute(listAudit, await asPerson(cast.ada), { actor: cast.ada.username, action: "profile" }))
      .output.items;
    expect(mine?.id).toBe(entry?.id);
    const mail = await mailbox.newest(cast.ben.email);
    expect(mail.text).toContain(reason);
    expect(mail.text).toContain(cast.ada.username);
  });

  test("ends and leads back to the own session, which goes on under a new secret", async () => {
    const own = await asPerson(cast.ada);
    const { token } = (await execute(beginImpersonation, own, { userId: cast.ben.id, reason })).output;
    const caller = callerWith(bearer(token));
    expect((await execute(getProfile, caller, {})).output.username).toBe(cast.ben.username);
    const back = callerWith(bearer((await execute(endImpersonation, caller, {})).output.token));
    expect((await execute(getProfile, back, {})).output.username).toBe(cast.ada.username);
    expect(await code(execute(getProfile, caller, {}))).toBe("session_ended");
    expect(await code(execute(getProfile, own, {}))).toBe("session_ended");
    expect(await code(execute(endImpersonation, back, {}))).toBe("conflict");
    const entries = await sql(
      "select actor_id, impersonator_id from audit_entries where action = 'impersonation.end' and account_id = $1",
      cast.here,
    );
    expect(entries[0]).toEqual({ actor_id: cast.ben.id, impersonator_id: cast.ada.id });
  });

  test("signing out ends both sessions", async () => {
    const own = await asPerson(cast.ada);
    const { token } = (await execute(beginImpersonation, own, { userId: cast.ben.id, reason })).output;
    await execute(endSession, callerWith(bearer(token)), {});
    for (const caller of [own, callerWith(bearer(token))])
      expect(await code(execute(getProfile, caller, {}))).toBe("session_ended");
  });

  test("lasts an hour at most, and never longer than the own session", async () => {
    const { expiresAt } = await begin(cast.ada, cast.ben);
    expect(Math.round((Date.parse(expiresAt) - Date.now()) / 60_000)).toBe(60);
    const caller = await asPerson(cast.ada);
    await sql("update sessions set expires_at = now() + interval '5 minutes' where user_id = $1", cast.ada.id);
    const short = (await execute(beginImpersonation, caller, { userId: cast.ben.id, reason })).output;
    expect(Math.round((Date.parse(short.expiresAt) - Date.now()) / 60_000)).toBe(5);
  });
});

describe("it is over at once when", () => {
  const ends: [string, (cast: Cast) => Promise<unknown>][] = [
    ["the impersonator's session ends", ({ ada }) => sql("delete from sessions where user_id = $1", ada.id)],
    ["that session runs out", ({ ada }) => sql("update sessions set expires_at = now() where user_id = $1", ada.id)],
    [
      "that session is idle for too long",
      ({ ada }) => sql("update sessions set last_seen_at = now() - interval '61 minutes' where user_id = $1", ada.id),
    ],
    ["the impersonator loses the right", ({ ada }) => takeRoles(ada.id)],
    [
      "the impersonator is denied it",
      ({ ada }) => grantOwn(ada.id, `No acting ${ada.id}`, { "admin:own:impersonate:*": "denied" }),
    ],
    ["the impersonator is deactivated", ({ ada }) => sql("update users set active = false where id = $1", ada.id)],
    ["the person ends the session", ({ ben }) => sql("delete from sessions where user_id = $1", ben.id)],
  ];

  test.each(ends)("%s", async (_, happens) => {
    const caller = await acting(cast.ada, cast.ben);
    expect(await code(execute(getProfile, caller, {}))).toBe("ok");
    await happens(cast);
    expect(await code(execute(getProfile, caller, {}))).toBe("session_ended");
  });

  test("the hour is over, and leads back to the own session alone, for as long as that one goes on", async () => {
    const { token } = await begin(cast.ada, cast.ben);
    const caller = callerWith(bearer(token));
    await sql("update sessions set expires_at = now() - interval '1 second' where user_id = $1", cast.ben.id);
    await housekeeping.work({});
    for (const operation of [getProfile, listSessions, listSecurityLog] as Operation[])
      expect(await code(execute(operation, caller, {}))).toBe("impersonation_over");
    const { output } = await execute(endImpersonation, caller, {});
    const mine = (await execute(getProfile, callerWith(bearer(output.token)), {})).output;
    expect(mine.username).toBe(cast.ada.username);
    expect(await code(execute(endImpersonation, caller, {}))).toBe("session_ended");

    const again = callerWith(bearer((await begin(cast.ada, cast.ben)).token));
    await sql("update sessions set expires_at = now() - interval '1 second'");
    expect(await code(execute(endImpersonation, again, {}))).toBe("session_ended");
  });
});

describe("nobody acts as", () => {
  const refused = (who: Person, whom: Person, more: object = {}) => code(begin(who, whom, more));

  test("themselves, or somebody of another account", async () => {
    expect(await refused(cast.ada, cast.ada)).toBe("conflict");
    expect(await refused(cast.ada, cast.dan)).toBe("not_found");
  });

  test("anybody without the right, or without a reason", async () => {
    expect(await refused(cast.ben, cast.cleo)).toBe("forbidden");
    const reader = await person(cast.here, ["Read Only"]);
    expect(await refused(reader, cast.cleo)).toBe("forbidden");
    expect(await refused(cast.ada, cast.ben, { reason: "because" })).toBe("invalid_fields");
  });

  test.each(["active = false", "locked_until = 'infinity'", "notifications_only = true"])(
    "who cannot sign in: %s",
    async (state) => {
      await sql(`update users set ${state} where id = $1`, cast.ben.id);
      expect(await refused(cast.ada, cast.ben)).toBe("conflict");
    },
  );

  test("somebody who may do more, by a role or through a group", async () => {
    const helper = await person(cast.here, []);
    await grantOwn(helper.id, `Helper ${helper.id}`, {
      "admin:own:impersonate:user": "allowed",
      "portal:own:*:*": "allowed",
      "pro:own:*:*": "allowed",
    });
    expect(await refused(helper, cast.ben)).toBe("ok");
    expect(await refused(helper, cast.ada)).toBe("privilege_escalation");
    const [group] = await sql<{ id: string }>(
      "insert into groups (account_id, name) values ($1, 'Readers') returning id",
      cast.here,
    );
    await sql(
      "insert into group_members (group_id, account_id, user_id) values ($1, $2, $3)",
      group?.id,
      cast.here,
      cast.ben.id,
    );
    await sql(
      "insert into group_roles (group_id, account_id, role_id) select $1, $2, id from roles where name = 'Read Only'",
      group?.id,
      cast.here,
    );
    expect(await refused(helper, cast.ben)).toBe("privilege_escalation");
    await grantOwn(helper.id, `Reader of all ${helper.id}`, { "*:own:list:*": "allowed", "*:own:get:*": "allowed" });
    expect(await refused(helper, cast.ben)).toBe("ok");
    await grantOwn(helper.id, `No apps ${helper.id}`, { "pro:own:*:app": "denied" });
    expect(await refused(helper, cast.ben)).toBe("privilege_escalation");
  });

  test("anybody out of an impersonation, or with a token", async () => {
    const admin = await person(cast.here, ["Administrator"]);
    const caller = await acting(cast.ada, admin);
    expect(await code(execute(beginImpersonation, caller, { userId: cast.ben.id, reason }))).toBe(
      "not_while_impersonating",
    );
  });
});

describe("who acts as somebody", () => {
  test("does nothing that is for their own hands", async () => {
    const admin = await person(cast.here, ["Administrator"]);
    const caller = await acting(cast.ada, admin);
    const attempts: [Operation, object][] = [
      [changePassword, { currentPassword: admin.password, newPassword: "Amber-Trestle-41" }],
      [stepUp, { password: admin.password }],
      [createToken, { name: "x", scopes: ["profile:read"] }],
      [endSessionsOfUser, { userId: cast.ben.id }],
    ];
    for (const [operation, input] of attempts)
      expect(await code(execute(operation, caller, input))).toBe("not_while_impersonating");
  });

  test("never does what they may not do themselves, even when the person's rights grow", async () => {
    const helper = await person(cast.here, []);
    await grantOwn(helper.id, `Helper ${helper.id}`, {
      "admin:own:impersonate:user": "allowed",
      "portal:own:get:profile": "allowed",
    });
    const caller = await acting(helper, cast.cleo);
    await sql(
      "insert into user_roles (user_id, role_id) select $1, id from roles where name = 'Administrator'",
      cast.cleo.id,
    );
    expect(await code(execute(getProfile, caller, {}))).toBe("ok");
    expect(await code(execute(updateProfile, caller, { fullName: "No" }))).toBe("forbidden");
    expect(await code(execute(listAudit, caller, {}))).toBe("forbidden");
  });
});

describe("in a managed account", () => {
  test("one acts as far as was agreed, in that account alone, and it stands in both logs", async () => {
    await manage(cast.here, cast.there, ["aims:managed:*:*", "portal:managed:get:profile"]);
    const eve = await person(cast.there, []);
    await grantOwn(eve.id, `Reader ${eve.id}`, {
      "admin:own:list:audit": "allowed",
      "portal:own:get:profile": "allowed",
    });
    const caller = await acting(cast.ada, eve, { accountId: cast.there });
    expect((await execute(getProfile, caller, {})).output.username).toBe(eve.username);
    expect(await code(execute(updateProfile, caller, { fullName: "No" }))).toBe("forbidden");
    expect(await code(execute(listAudit, caller, { accountId: cast.here }))).toBe("not_found");
    const theirs = (await execute(listAudit, await asPerson(cast.dan), { actor: cast.ada.username })).output.items;
    expect(theirs[0]).toMatchObject({
      action: "profile.update",
      result: "refused",
      impersonator: { username: cast.ada.username },
    });
    const ours = (await execute(listAudit, await asPerson(cast.ada), { action: "profile.update" })).output.items;
    expect(ours[0]?.id).toBe(theirs[0]?.id);
    const one = (await execute(getAudit, await asPerson(cast.ada), { entryId: ours[0]?.id })).output;
    expect(one.actor?.username).toBe(eve.username);
  });

  test("nobody acts as who may do there what was not agreed on", async () => {
    await manage(cast.here, cast.there, ["aims:managed:*:*"]);
    const eve = await person(cast.there, ["Member"]);
    expect(await code(begin(cast.ada, eve, { accountId: cast.there }))).toBe("privilege_escalation");
    await sql("update account_relations set rights = '{*:managed:*:*}' where managing_id = $1", cast.here);
    expect(await code(begin(cast.ada, eve, { accountId: cast.there }))).toBe("ok");
    expect(await code(begin(cast.ada, cast.dan, { accountId: cast.there }))).toBe("ok");
  });

  test("it is over when the relationship is, or no longer holds it", async () => {
    await manage(cast.here, cast.there);
    const caller = await acting(cast.ada, cast.dan, { accountId: cast.there });
    expect(await code(execute(getProfile, caller, {}))).toBe("ok");
    await sql("update account_relations set rights = '{*:managed:get:*}' where managing_id = $1", cast.here);
    expect(await code(execute(getProfile, caller, {}))).toBe("session_ended");
    await sql("update account_relations set rights = '{*:managed:*:*}' where managing_id = $1", cast.here);
    expect(await code(execute(getProfile, caller, {}))).toBe("ok");
    await sql("delete from account_relations where managing_id = $1", cast.here);
    expect(await code(execute(getProfile, caller, {}))).toBe("session_ended");
  });
});
