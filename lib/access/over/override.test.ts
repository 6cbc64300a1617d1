import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { catalogue } from "#lib/core/catalogue.ts";
import { Refusal } from "#lib/core/errors.ts";
import { operations } from "#lib/operations.ts";
import { lockUser } from "#lib/people/users/lock.ts";
import { readNotHeld } from "#lib/people/users/not-held.ts";
import { endSessionOf, endSessionsOfUser } from "#lib/sign-in/sessions/of-user.ts";
import { account, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { attempt, type Deed, deeds, neededFor, targetHolding } from "#tests/deeds.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { allow, by, holder } from "#tests/rights.ts";
import { createRole } from "../roles/create.ts";
import { overrideJob } from "./override-notices.ts";

let mailbox: Mailbox;
let place: string;
let administrator: Person;
let target: Person;

const perms = ["get", "list", "update", "override"].map((action) => `admin:own:${action}:user`);

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  mailbox = await openMailbox();
});

beforeEach(async () => {
  place = await account("Own");
  administrator = await person(place, ["Administrator"]);
  target = await person(place, ["Administrator"]);
});

const lock = (actor: Person, { id }: Person, more = {}) =>
  by(actor, lockUser, { userId: id, reason: "Seen at a fair with the laptop", ...more });
const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => "done",
    (error) => {
      if (error instanceof Refusal) return error.code;
      throw error;
    },
  );

const overriding = operations.filter(({ override }) => override);

test("it locks and ends sessions, and nothing else", () => {
  expect(overriding.map(({ name }) => name).sort()).toEqual(["users.end_session", "users.end_sessions", "users.lock"]);
});

test("roles can allow it, in one's own account and in managed ones", () => {
  const known = catalogue().find(({ action, resource }) => action === "override" && resource === "user");
  expect(known).toMatchObject({ service: "admin", scopes: ["own", "managed"], lets: { length: overriding.length } });
});

describe("whoever has a role that names it", () => {
  const isStop = ({ operation, measure }: Deed) => Boolean(operation.override) && measure === "administrative";

  test.each(deeds.filter((deed) => !isStop(deed)))("does not $what", async (deed: Deed) => {
    const helper = await targetHolding(place, allow(...perms, ...neededFor(deed)));
    const above = await targetHolding(place, allow("*:*:*:*"));
    expect(await attempt(deed, await asPerson(helper), await deed.input(above))).toBe("privilege_escalation");
  });

  test("locks anybody, and ends one session or all of them", async () => {
    const helper = await holder(place, allow(...perms));
    await sessionOf(target);
    const [session] = await sql<{ id: string }>("select id from sessions where user_id = $1", target.id);
    await by(helper, endSessionOf, { userId: target.id, id: session?.id });
    await sessionOf(target);
    expect(await by(helper, endSessionsOfUser, { userId: target.id })).toEqual({ endedSessions: 1 });
    expect(await lock(helper, target)).toMatchObject({ status: "locked" });
  });

  test("makes a lock longer, and never shorter", async () => {
    const helper = await holder(place, allow(...perms));
    const [soon, later] = [1, 2].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
    await lock(helper, target, { until: soon });
    await lock(helper, target, { until: later });
    expect(await codeOf(lock(helper, target, { until: soon, reason: "Found" }))).toBe("privilege_escalation");
    await lock(helper, target);
    expect(await codeOf(lock(helper, target, { until: later, reason: "Found" }))).toBe("privilege_escalation");
    const reason = "Seen at a fair with the laptop";
    expect(await lock(helper, target)).toMatchObject({ locked: true, lockedUntil: null, lockedReason: reason });
    expect(await codeOf(lock(administrator, target, { until: later }))).toBe("done");
  });

  test("spares the last administrator who can sign in", async () => {
    const helper = await holder(place, allow(...perms));
    await lock(helper, target);
    await sessionOf(administrator);
    expect(await codeOf(lock(helper, administrator))).toBe("last_administrator");
    expect(await codeOf(by(helper, endSessionsOfUser, { userId: administrator.id }))).toBe("last_administrator");
    expect(await sql("select from sessions where user_id = $1", administrator.id)).toHaveLength(1);
  });

  test("needs no override for who holds no more", async () => {
    const helper = await holder(place, allow(...perms));
    await lock(helper, await person(place, ["Member"]));
    expect(await sql("select from audit_entries where account_id = $1 and action = 'users.override'", place)).toEqual(
      [],
    );
  });

  test("uses it in the account for which it is named", async () => {
    const managing = await account("Managing");
    await manage(managing, place);
    const managed = ["get", "update", "override"].map((action) => `admin:managed:${action}:user`);
    const [own, abroad] = [
      await holder(managing, allow(...perms, "admin:managed:update:user")),
      await holder(managing, allow(...managed)),
    ];
    expect(await codeOf(lock(own, target, { accountId: place }))).toBe("privilege_escalation");
    expect(await codeOf(lock(abroad, target, { accountId: place }))).toBe("done");
  });
});

describe("a wildcard", () => {
  test("does not use it", async () => {
    const wide = await holder(place, { "admin:own:*:*": "allowed", "admin:own:delete:user": "denied" });
    expect(await codeOf(lock(wide, target))).toBe("privilege_escalation");
  });

  test("is enough to grant it", async () => {
    const made = await by(administrator, createRole, { name: "Emergency", permissions: allow(...perms) });
    expect(made.permissions).toMatchObject({ "admin:own:override:user": "allowed" });
  });

  test("in no scope lets a token use it", async () => {
    const helper = await holder(place, allow(...perms, "portal:own:create:token"));
    const deed = deeds.find(({ operation }) => operation.name === "users.lock") as Deed;
    const token = callerWith(bearer((await tokenOf(helper, ["users"])).secret));
    expect(await attempt(deed, token, { userId: target.id, reason: "Lost" })).toBe("privilege_escalation");
  });
});

describe("what somebody lacks of what a user holds", () => {
  const readBy = (actor: Person, who = target) => by(actor, readNotHeld, { userId: who.id });

  test("is told of a user", async () => {
    const clerk = await holder(place, allow("admin:own:get:user", "admin:own:update:user"));
    const helper = await holder(place, allow(...perms));
    const member = await holder(place, allow("pro:own:*:*"));
    expect(await readBy(clerk)).toEqual({ administrative: ["admin:*:*:*"], everything: ["*:*:*:*"], mayStop: false });
    expect(await readBy(helper)).toMatchObject({ administrative: ["admin:*:*:*"], mayStop: true });
    expect(await readBy(clerk, member)).toEqual({ administrative: [], everything: ["pro:own:*:*"], mayStop: true });
    const nothing = { administrative: [], everything: [], mayStop: true };
    expect([await readBy(administrator), await readBy(clerk, clerk)]).toEqual([nothing, nothing]);
  });
});

describe("every administrator is told", () => {
  const told = async ({ email }: Person) =>
    (await mailbox.of(email)).filter(({ subject }) => /who may do more was stopped/.test(String(subject)));

  /** As at the end of the hour. */
  async function atTheHour() {
    const waiting = await sql<{ data: { accountId: string; hour: string } }>(
      "select data from jobs.job where name = 'override-digest' and data ->> 'accountId' = $1",
      place,
    );
    for (const { data } of waiting) for (const _ of ["once", "again"]) await overrideJob.work(data);
  }

  test("at once of the first, and once an hour of all that follow", async () => {
    const helper = await holder(place, allow(...perms));
    const third = await person(place, ["Administrator"]);
    await lock(helper, target);
    expect(await told(administrator)).toMatchObject([
      { text: expect.stringContaining("Seen at a fair with the laptop") },
    ]);
    expect(await told(target)).toHaveLength(1);
    await by(helper, endSessionsOfUser, { userId: third.id });
    await lock(helper, third);
    expect(await told(administrator)).toHaveLength(1);
    await sql("update notice_folds set mailed_at = mailed_at - interval '1 hour'");
    await atTheHour();
    const [, digest, ...others] = await told(administrator);
    expect(others).toEqual([]);
    expect(digest?.text).toContain(`ended every session of ${third.fullName} (${third.username})`);
    expect(digest?.text).toContain(`locked ${third.fullName} (${third.username}): Seen at a fair`);
    expect(digest?.text).not.toContain(target.username);
  });

  test("and it stands on record beside what was done", async () => {
    const helper = await holder(place, allow(...perms));
    await lock(helper, target);
    const entries = await sql("select action, actor_id from audit_entries where target = $1 order by id", target.id);
    expect(entries).toEqual([
      { action: "users.override", actor_id: helper.id },
      { action: "users.lock", actor_id: helper.id },
    ]);
  });
});
