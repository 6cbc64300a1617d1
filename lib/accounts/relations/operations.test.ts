import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { createAccessKey } from "#lib/machines/access-keys/create.ts";
import { account, type Cast, grantOwn, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { startReplica } from "#tests/replica.ts";
import { accessKeyOf } from "#tests/samples/access-keys.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { getAccount } from "../get.ts";
import { agreeToRelation } from "./agree.ts";
import { dropProposal } from "./drop-proposal.ts";
import { endRelation } from "./end.ts";
import { listRelations } from "./list.ts";
import { listProposals } from "./list-proposals.ts";
import { narrowRelation } from "./narrow.ts";
import { proposeRelation } from "./propose.ts";

let cast: Cast;
let mailbox: Mailbox;
let north: Person;
let south: Person;
let n: string;
let s: string;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  mailbox = await openMailbox();
});

beforeEach(async () => {
  [n, s] = [await account("North"), await account("South")];
  [north, south] = [await person(n, ["Administrator"]), await person(s, ["Administrator"])];
});

const everything = ["*:managed:*:*"];
const propose = async (who: Person, input: object) =>
  (await execute(proposeRelation, await asPerson(who), { side: "managing", rights: everything, ...input })).output;
const agree = async (who: Person, id: string) => (await execute(agreeToRelation, await asPerson(who), { id })).output;
const drop = async (who: Person, id: string) => (await execute(dropProposal, await asPerson(who), { id })).output;
const end = async (who: Person, otherId: string, kind = "managed") =>
  (await execute(endRelation, await asPerson(who), { kind, otherId })).output;
const narrow = async (who: Person, otherId: string, rights: string[]) =>
  (await execute(narrowRelation, await asPerson(who), { kind: "managed", otherId, rights })).output;
const relations = async (who: Person, input: object = {}) =>
  (await execute(listRelations, await asPerson(who), input)).output.items;
const proposals = async (who: Person) => (await execute(listProposals, await asPerson(who), {})).output.items;
const read = async (who: Person, accountId: string) =>
  (await execute(getAccount, await asPerson(who), { accountId })).output;
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "done",
    (refusal) => refusal.details.errors?.[0]?.code ?? refusal.code,
  );

describe("a relationship", () => {
  test("holds once both sides have agreed, and not before", async () => {
    const { id } = await propose(north, { otherId: s, message: "As agreed by phone" });
    expect(await codeOf(read(north, s))).toBe("not_found");
    expect(await proposals(south)).toMatchObject([
      { id, incoming: true, side: "managed", account: { id: n, name: "North" }, message: "As agreed by phone" },
    ]);
    await agree(south, id);
    expect(await read(north, s)).toMatchObject({ id: s, rights: everything });
    expect(await relations(north)).toMatchObject([
      { kind: "managed", side: "managing", account: { id: s, name: "South" }, rightsInWords: ["Do everything"] },
    ]);
    expect(await relations(south)).toMatchObject([{ side: "managed", account: { id: n, name: "North" } }]);
    expect([await proposals(north), await proposals(south)]).toEqual([[], []]);
  });

  test("is offered by the managed side as well", async () => {
    const { id } = await propose(south, { otherId: n, side: "managed" });
    await agree(north, id);
    expect(await read(north, s)).toMatchObject({ id: s });
    expect(await codeOf(read(south, n))).toBe("not_found");
  });

  test("is not agreed to by who proposed it, nor by a third", async () => {
    const { id } = await propose(north, { otherId: s });
    expect(await codeOf(agree(north, id))).toBe("not_found");
    expect(await codeOf(agree(cast.dan, id))).toBe("not_found");
    expect(await codeOf(drop(cast.dan, id))).toBe("not_found");
  });

  test("is declined by one side, or withdrawn by the other", async () => {
    const first = await propose(north, { otherId: s });
    expect(await drop(south, first.id)).toEqual({ otherId: n, withdrawn: false });
    const second = await propose(north, { otherId: s });
    expect(await drop(north, second.id)).toEqual({ otherId: s, withdrawn: true });
    expect(await codeOf(agree(south, second.id))).toBe("not_found");
  });

  test("is not agreed to after thirty days", async () => {
    const { id } = await propose(north, { otherId: s });
    await sql("update relation_proposals set expires_at = now() where id = $1", id);
    expect([await codeOf(agree(south, id)), await proposals(south)]).toEqual(["not_found", []]);
  });

  test("ends from either side, at once", async () => {
    for (const [who, other] of [
      [north, s],
      [south, n],
    ] as const) {
      await manage(n, s);
      await end(who, other);
      expect(await codeOf(read(north, s))).toBe("not_found");
      expect(await codeOf(end(who, other))).toBe("not_found");
    }
  });

  test("that pays gives no rights", async () => {
    expect(await codeOf(propose(north, { otherId: s, kind: "bills_to", side: "managed" }))).toBe("no_rights");
    const { id } = await propose(north, { otherId: s, kind: "bills_to", side: "managed", rights: [] });
    await agree(south, id);
    expect([await codeOf(read(south, n)), await codeOf(read(north, s))]).toEqual(["not_found", "not_found"]);
    expect(await relations(north)).toMatchObject([{ kind: "bills_to", side: "managed", rights: [] }]);
  });

  test("goes no further than its two accounts", async () => {
    const deep = await account("Deep");
    await manage(n, s);
    await manage(s, deep);
    expect(await codeOf(read(north, deep))).toBe("not_found");
    expect(await relations(north, { accountId: s })).toMatchObject([{ account: { id: n } }]);
  });

  test("stands in the logs of both", async () => {
    const { id } = await propose(north, { otherId: s });
    await agree(south, id);
    await narrow(south, n, ["*:managed:get:*"]);
    await end(north, s);
    const log = await sql<{ account_id: string; actor_id: string; action: string }>(
      "select * from audit_entries where account_id in ($1, $2) and action like 'relation%' order by id",
      n,
      s,
    );
    const inLog = (accountId: string) => log.filter((entry) => entry.account_id === accountId);
    const acts = ["relation_proposals.create", "relation_proposals.agree", "relations.narrow", "relations.end"];
    for (const accountId of [n, s]) {
      expect(inLog(accountId).map(({ action }) => action)).toEqual(acts);
      expect(inLog(accountId).map(({ actor_id }) => actor_id)).toEqual([north.id, south.id, south.id, north.id]);
    }
  });

  test("ends the impersonations that it allowed", async () => {
    await manage(n, s);
    const [her, other] = [await person(s, []), await person(s, [])];
    await sessionOf(her);
    await sessionOf(other);
    await sql("update sessions set impersonator_id = $2 where user_id = $1", her.id, north.id);
    await end(south, n);
    expect(await sql("select from sessions where user_id = $1", her.id)).toHaveLength(0);
    expect(await sql("select from sessions where user_id = $1", other.id)).toHaveLength(1);
  });
});

describe("a proposal", () => {
  test("is answered alike, whether there is such an account or not", async () => {
    const there = await propose(north, { otherId: s });
    const nowhere = await propose(north, { otherId: "99999999" });
    expect(Object.keys(there)).toEqual(Object.keys(nowhere));
    const names = (await proposals(north)).map(({ account }) => account);
    expect(names).toEqual([
      { id: "99999999", name: null },
      { id: s, name: null },
    ]);
  });

  test("is told to who administers the other account, once a day however often it is made, without words of its own", async () => {
    await person(s, ["Member"]);
    await propose(north, { otherId: s, message: "Agree at https://evil.example" });
    const { id } = await propose(north, { otherId: s, side: "managed" });
    await drop(north, id);
    await propose(north, { otherId: s });
    await mailbox.work();
    const told = "select u.id, n.event from notifications n join users u on u.id = n.user_id where u.account_id = $1";
    expect(await sql(told, s)).toEqual([{ id: south.id, event: "relation_proposed" }]);
    const mails = await mailbox.of(south.email);
    expect(mails.map(({ subject }) => subject)).toEqual(["The account North proposes a relationship"]);
    expect(mails[0]?.text).toContain(`The account North (${n}) proposes that `);
    expect(mails[0]?.text).not.toContain("evil");
    expect(mails[0]?.link).toContain(`/accounts/${s}/relationships`);
  });

  test("is not made to oneself, nor twice, nor across one that waits already", async () => {
    expect(await codeOf(propose(north, { otherId: n }))).toBe("own_account");
    const first = await propose(north, { otherId: s });
    const again = await propose(north, { otherId: s, rights: ["*:managed:get:*"] });
    expect(again.id).toBe(first.id);
    expect(await proposals(south)).toMatchObject([{ rights: ["*:managed:get:*"], rightsInWords: ["Read everything"] }]);
    expect(await codeOf(propose(south, { otherId: n, side: "managed" }))).toBe("conflict");
  });

  test.each([
    ["admin:own:get:user", "invalid_format"],
    ["*:*:*:*", "invalid_format"],
    ["everything", "invalid_format"],
  ])("for the right %s is refused", async (right, code) => {
    expect(await codeOf(propose(north, { otherId: s, rights: [right] }))).toBe(code);
  });

  test("of nothing is refused", async () => {
    expect(await codeOf(propose(north, { otherId: s, rights: [] }))).toBe("none");
  });

  test("waits with forty-nine others at most", async () => {
    for (let other = 0; other < 50; other++) await propose(north, { otherId: String(20_000_001 + other) });
    expect(await codeOf(propose(north, { otherId: s }))).toBe("conflict");
  });
});

describe("an access key", () => {
  /** A key of somebody in South that this person made, with a session that it opened. */
  async function keyBy(maker: Person) {
    const owner = await person(s, ["Administrator"]);
    const key = await accessKeyOf(owner);
    await sql("update access_keys set created_by = $2 where id = $1", key.id, maker.id);
    await sessionOf(owner);
    const opened = [`access_key ${key.id}`];
    await sql("update sessions set kind = 'aims', factors = $2 where user_id = $1", owner.id, opened);
    const isThere = async (table: string) =>
      (await sql(`select from ${table} where user_id = $1`, owner.id)).length === 1;
    return { ...key, owner, isAlive: async () => [await isThere("access_keys"), await isThere("sessions")] };
  }

  test.each([
    ["ends", () => end(south, n)],
    ["is ended by who manages", () => end(north, s)],
    ["is narrowed", () => narrow(south, n, ["*:managed:get:*"])],
  ])("of the managing side's making ends when the relationship %s, and no other does", async (_, happens) => {
    await manage(n, s);
    const [delegatedResources, own] = [await keyBy(north), await keyBy(south)];
    await sql("update users set created_by = $2 where id = $1", own.owner.id, north.id);
    expect((await relations(south))[0]?.made).toMatchObject({ people: 1, accessKeys: 1, apiUsers: 0 });
    expect((await relations(north))[0]?.made).toBeNull();
    expect(await happens()).toMatchObject({ ended: { accessKeys: 1 } });
    expect([await delegatedResources.isAlive(), await own.isAlive()]).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test("is made while they manage, and ends with the relationship", async () => {
    await manage(n, s);
    const asked = { accountId: s, userId: south.id };
    await execute(createAccessKey, await asPerson(north), asked);
    expect(await end(north, s)).toMatchObject({ ended: { accessKeys: 1 } });
    expect(await codeOf(execute(createAccessKey, await asPerson(north), asked))).toBe("not_found");
  });

  test("of a maker who is gone ends too", async () => {
    await manage(n, s);
    const former = await person(n, ["Administrator"]);
    const delegatedResources = await keyBy(former);
    await sql("delete from users where id = $1", former.id);
    await end(south, n);
    expect(await delegatedResources.isAlive()).toEqual([false, false]);
  });
});

describe("a proposal of before", () => {
  test.each([
    ["ended", () => end(south, n)],
    ["narrowed", () => narrow(south, n, ["*:managed:get:*"])],
  ])("is worth nothing once the relationship was %s, whoever made it", async (_, happens) => {
    for (const [by, other, answers] of [
      [south, n, north],
      [north, s, south],
    ] as const) {
      await manage(n, s).catch(() => sql("update account_relations set rights = $1", everything));
      const { id } = await propose(by, { otherId: other, side: by === south ? "managed" : "managing" });
      await happens();
      expect(await codeOf(agree(answers, id))).toBe("not_found");
    }
  });

  test.each([
    ["was locked", "update users set locked_until = 'infinity' where id = $1"],
    ["was deleted", "delete from users where id = $1"],
    ["lost the role", "delete from user_roles where user_id = $1"],
  ])("is not agreed to once who made it %s", async (_, change) => {
    const { id } = await propose(south, { otherId: n, side: "managed" });
    await sql(change, south.id);
    expect(await codeOf(agree(north, id))).toBe("conflict");
  });

  test("is not agreed to once who made it holds less than it offers", async () => {
    const { id } = await propose(south, { otherId: n, side: "managed" });
    await sql("delete from user_roles where user_id = $1", south.id);
    await grantOwn(south.id, `Clerk ${south.id}`, { "admin:own:update:account": "allowed" });
    expect(await codeOf(agree(north, id))).toBe("conflict");
  });
});

describe("nobody gives what they do not hold", () => {
  const clerkWith = async (permissions: Record<string, string>) => {
    const clerk = await person(s, []);
    await grantOwn(clerk.id, `Clerk ${clerk.id}`, permissions);
    return clerk;
  };
  const clerksRights = { "admin:own:update:account": "allowed", "admin:own:get:*": "allowed" };

  test("when agreeing", async () => {
    const clerk = await clerkWith(clerksRights);
    const all = await propose(north, { otherId: s });
    expect(await codeOf(agree(clerk, all.id))).toBe("privilege_escalation");
    const some = await propose(north, { otherId: s, rights: ["admin:managed:get:user"] });
    expect(await codeOf(agree(clerk, some.id))).toBe("done");
  });

  test("when offering", async () => {
    const clerk = await clerkWith(clerksRights);
    expect(await codeOf(propose(clerk, { otherId: n, side: "managed" }))).toBe("privilege_escalation");
    const rights = ["admin:managed:get:user"];
    expect(await codeOf(propose(clerk, { otherId: n, side: "managed", rights }))).toBe("done");
  });

  test.each(["admin:own:get:user", "admin:SCOPE:get:user", "*:own:*:user"])(
    "nor what is denied to them by %s",
    async (denial) => {
      const clerk = await clerkWith({ "*:*:*:*": "allowed" });
      await grantOwn(clerk.id, `Barred ${clerk.id}`, { [denial.replace("SCOPE", s)]: "denied" });
      const asked = propose(clerk, { otherId: n, side: "managed", rights: ["admin:managed:*:user"] });
      expect(await codeOf(asked)).toBe("privilege_escalation");
    },
  );

  test("nor does a token what its scopes do not carry", async () => {
    const { secret } = await tokenOf(south, ["accounts"]);
    const offer = (rights: string[]) =>
      codeOf(execute(proposeRelation, callerWith(bearer(secret)), { otherId: n, side: "managed", rights }));
    expect(await offer(everything)).toBe("privilege_escalation");
    expect(await offer(["admin:managed:get:account"])).toBe("done");
  });

  test("and who manages an account does not speak for it", async () => {
    await manage(n, s, everything);
    const west = await account("West");
    const asked = { accountId: s, otherId: west, side: "managed", rights: everything };
    expect(await codeOf(propose(north, asked))).toBe("forbidden");
    const { id } = await propose(await person(west, ["Administrator"]), { otherId: s });
    const inSouth = { accountId: s, id };
    expect(await codeOf(execute(agreeToRelation, await asPerson(north), inSouth))).toBe("forbidden");
    expect(await codeOf(execute(dropProposal, await asPerson(north), inSouth))).toBe("forbidden");
    expect(await codeOf(execute(listProposals, await asPerson(north), { accountId: s }))).toBe("forbidden");
    const ended = { accountId: s, kind: "managed", otherId: n };
    expect(await codeOf(execute(endRelation, await asPerson(north), ended))).toBe("forbidden");
  });
});

describe("rights", () => {
  beforeEach(() => manage(n, s));

  test("are taken by either side, and hold at once", async () => {
    await narrow(south, n, ["admin:managed:get:account", "admin:managed:list:*"]);
    expect(await read(north, s)).toMatchObject({ rights: ["admin:managed:get:account", "admin:managed:list:*"] });
    await narrow(north, s, ["admin:managed:list:*"]);
    expect(await codeOf(read(north, s))).toBe("forbidden");
  });

  test("grow only by agreement", async () => {
    await narrow(south, n, ["admin:managed:get:*"]);
    expect(await codeOf(narrow(north, s, ["admin:managed:get:*", "admin:managed:list:user"]))).toBe("wider");
    const { id } = await propose(north, { otherId: s });
    expect((await relations(north))[0]?.rights).toEqual(["admin:managed:get:*"]);
    await agree(south, id);
    expect((await relations(north))[0]?.rights).toEqual(everything);
  });
});

describe("circles", () => {
  test("are refused, however long", async () => {
    const ring = await Promise.all(["A", "B", "C", "D"].map((name) => account(name)));
    const runs = await Promise.all(ring.map((id) => person(id, ["Administrator"])));
    const [a = "", b = "", c = "", d = ""] = ring;
    await manage(a, b);
    await manage(b, c);
    await manage(c, d);
    const last = runs[3] as Person;
    for (const above of [a, b, c]) {
      const { id } = await propose(last, { otherId: above });
      expect(await codeOf(agree(runs[ring.indexOf(above)] as Person, id))).toBe("conflict");
    }
    const shortcut = await propose(runs[0] as Person, { otherId: d });
    expect(await codeOf(agree(last, shortcut.id))).toBe("done");
  });

  test("of who pays and who manages are two things", async () => {
    await manage(n, s);
    const { id } = await propose(south, { otherId: n, kind: "bills_to", side: "managing", rights: [] });
    expect(await codeOf(agree(north, id))).toBe("done");
  });

  test(`are never closed from two sides at once: ${rounds(500)} rounds`, async () => {
    const [asNorth, asSouth] = [await asPerson(north), await asPerson(south)];
    const waiting = (by: Person, other: string) =>
      sql<{ id: string }>(
        `insert into relation_proposals (kind, proposed_by, managing_id, managed_id, rights, created_by, expires_at)
         values ('managed', $1, $1, $2, $3, $4, now() + interval '1 day') returning id`,
        by.accountId,
        other,
        everything,
        by.id,
      ).then(([made]) => ({ id: made?.id }));
    for (let round = 0; round < rounds(500); round++) {
      const [byNorth, bySouth] = [await waiting(north, s), await waiting(south, n)];
      const results = await Promise.all([
        codeOf(execute(agreeToRelation, asSouth, byNorth)),
        codeOf(execute(agreeToRelation, asNorth, bySouth)),
      ]);
      expect(results.sort()).toEqual(["conflict", "done"]);
      await sql("delete from account_relations");
      await sql("delete from relation_proposals");
    }
  });
});

describe("on every replica", () => {
  let replicas: TestApi[];

  beforeAll(async () => {
    replicas = [await openTestApi(), await startReplica(cast.url)];
  });

  test(`who manages is out with the very next request: ${rounds(1000)} rounds`, async () => {
    const headers = bearer(await sessionOf(north));
    const bySouth = await asPerson(south);
    const ask = () => Promise.all(replicas.map((api) => api.request(`/api/v1/accounts/${s}`, { headers })));
    for (let round = 0; round < rounds(1000); round++) {
      await manage(n, s);
      expect((await ask()).map(({ status }) => status)).toEqual([200, 200]);
      await execute(endRelation, bySouth, { kind: "managed", otherId: n });
      expect((await ask()).map(({ status }) => status)).toEqual([404, 404]);
    }
  });
});
