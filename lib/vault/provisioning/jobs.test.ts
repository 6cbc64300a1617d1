import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endRelation } from "#lib/accounts/relations/end.ts";
import { deletionJob } from "#lib/people/deletion/execute.ts";
import { changeMembers } from "#lib/people/groups/change-members.ts";
import { deleteUser } from "#lib/people/users/delete.ts";
import { updateUser } from "#lib/people/users/update.ts";
import { account, type Cast, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { gitea, gitLab } from "#tests/git-servers.ts";
import { certificate, key } from "#tests/receiver.ts";
import { by, groupRow } from "#tests/rights.ts";
// @ts-expect-error The example is plain JavaScript, as whoever copies it will have it.
import { accounts, hook } from "../../../examples/provisioning-hook/server.mjs";
import { createIntegration } from "../integrations/create.ts";
import { deleteIntegration } from "../integrations/delete.ts";
import { getIntegration } from "../integrations/get.ts";
import { updateIntegration } from "../integrations/update.ts";
import { listCredentials } from "../service-credentials/list.ts";
import { revealCredential } from "../service-credentials/reveal.ts";
import { matchJob, sweepJob } from "./jobs.ts";
import { makeOne } from "./make.ts";
import { withdrawOne } from "./withdraw.ts";

type Listener = (req: IncomingMessage, res: ServerResponse) => unknown;

let cast: Cast;
let listener: Listener;
let url = "";
const reach = { isAllowed: (address: string) => address === "127.0.0.1", ca: certificate };
const asked: string[] = [];

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  const server = createServer({ key, cert: certificate }, (req, res) => {
    asked.push(`${req.method} ${req.url}`);
    listener(req, res);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  afterAll(() => void server.close());
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

type JobRow = { id: string; name: string; data: never };

/** Does what is queued, as a worker would, until nothing is; what failed stays to be tried again. */
async function work(): Promise<void> {
  const jobs = await sql<JobRow>(
    "select id, name, data from jobs.job where name like 'provisioning-%' and state = 'created' order by created_on",
  );
  for (const { id, name, data } of jobs) {
    await sql("update jobs.job set state = 'completed' where id = $1", id);
    if (name === matchJob.name) await matchJob.work(data);
    if (name === "provisioning-make") await makeOne(data, reach).catch(() => {});
    if (name === "provisioning-withdraw") await withdrawOne(data, reach).catch(() => {});
  }
  if (jobs.length) await work();
}

type Sharing = { boss: Person; groupId: string; accountId: string };

let made = 0;
const automatic = (who: Person, input: object = {}) =>
  by(who, createIntegration, {
    ...{ name: `Automatic ${++made}`, kind: "git-https", baseUrl: "https://git.example.com/a.git" },
    ...{ mode: "automatic", adapter: "hook", adapterUrl: url },
    ...input,
  });

const own = async (who: Person) => (await by(who, listCredentials, { limit: 100 })).items;

/** An administrator and a colleague, in an account of their own with a group for the colleague. */
async function team() {
  const here = await account("Team");
  const [boss, eve] = [await person(here, ["Administrator"]), await person(here, ["Member"])];
  return { boss, eve, groupId: await groupRow(here, [eve.id]) };
}

describe("a provisioning hook", () => {
  /** Adds an integration that calls the example, and lets it do its work. */
  async function withExample(boss: Person, groupId: string | null, input: object = {}) {
    accounts.clear();
    const system = await automatic(boss, { groupId, ...input });
    listener = hook(system.signingSecret);
    await work();
    return system;
  }

  test("makes one for each who has access, and for nobody else", async () => {
    const { boss, eve, groupId } = await team();
    await withExample(boss, groupId);
    const [credential] = await own(eve);
    expect(credential).toMatchObject({ status: "ready", username: eve.username, trouble: null });
    const { secret } = await by(eve, revealCredential, { id: String(credential?.id) });
    expect([...accounts.values()]).toMatchObject([{ username: eve.username, secret }]);
    expect(await own(boss)).toEqual([]);
  });

  test("makes one when somebody joins, and withdraws it when they leave, are disabled or deleted", async () => {
    const { boss, groupId } = await team();
    await withExample(boss, groupId);
    const ways: ((who: Person) => Promise<unknown>)[] = [
      ({ id }) => by(boss, changeMembers, { groupId, remove: [id] }),
      ({ id }) => by(boss, updateUser, { userId: id, active: false }),
      ({ id }) => by(boss, deleteUser, { userId: id }),
      ({ id }) => sql("update users set deletion_due_at = now() where id = $1", id).then(() => deletionJob.work({})),
    ];
    for (const goes of ways) {
      const who = await person(boss.accountId, ["Member"]);
      await by(boss, changeMembers, { groupId, add: [who.id] });
      await work();
      expect(await own(who)).toMatchObject([{ status: "ready" }]);
      const before = accounts.size;
      await goes(who);
      await work();
      expect(accounts.size).toBe(before - 1);
      expect(await sql("select from service_credentials where user_id = $1", who.id)).toEqual([]);
    }
  });

  test("makes it anew when it is due, and the one before is good no more", async () => {
    const { boss, eve, groupId } = await team();
    await withExample(boss, groupId, { rotateDays: 7 });
    const [first] = [...accounts.values()];
    await sql(
      "update service_credentials set rotated_at = now() - interval '8 days', modified_at = now() - interval '8 days' where user_id = $1",
      eve.id,
    );
    await sweepJob.work({});
    await work();
    const [second, ...others] = [...accounts.values()];
    expect(others).toEqual([]);
    expect(second.secret).not.toBe(first.secret);
    const [credential] = await own(eve);
    expect((await by(eve, revealCredential, { id: String(credential?.id) })).secret).toBe(second.secret);
  });

  test("makes anew what ends within a week, and leaves alone what ends later", async () => {
    const { boss, eve, groupId } = await team();
    await withExample(boss, groupId);
    const [first] = [...accounts.values()];
    const secretAfter = async (days: number) => {
      await sql(
        "update service_credentials set expires_at = now() + $2 * interval '1 day', modified_at = now() - interval '9 hours' where user_id = $1",
        eve.id,
        days,
      );
      await sweepJob.work({});
      await work();
      return [...accounts.values()].map(({ secret }) => secret);
    };
    expect(await secretAfter(8)).toEqual([first.secret]);
    expect(await secretAfter(6)).not.toEqual([first.secret]);
    expect(await own(eve)).toMatchObject([{ expiresAt: null }]);
  });

  test("that does not do it is told of in the row, and once it does, that is over", async () => {
    const { boss, eve, groupId } = await team();
    const { signingSecret } = await automatic(boss, { groupId });
    listener = (_, res) => void (res as ServerResponse).writeHead(500).end();
    await work();
    expect(await own(eve)).toMatchObject([{ status: "failed", trouble: "It answered 500." }]);
    listener = hook(signingSecret);
    await sql("update service_credentials set modified_at = now() - interval '9 hours' where user_id = $1", eve.id);
    await sweepJob.work({});
    await work();
    expect(await own(eve)).toMatchObject([{ status: "ready", trouble: null }]);
  });

  test("gives nothing to who has not proven their address, and something once they have", async () => {
    const { boss, eve, groupId } = await team();
    await sql("update users set email_verified_at = null where id = $1", eve.id);
    await withExample(boss, groupId);
    expect([accounts.size, await own(eve)]).toEqual([0, []]);
    await sql("update users set email_verified_at = now() where id = $1", eve.id);
    await sweepJob.work({});
    await work();
    expect(await own(eve)).toMatchObject([{ status: "ready" }]);
    await by(boss, updateUser, { userId: eve.id, email: `${eve.username}@example.net` });
    await work();
    expect([accounts.size, await own(eve)]).toEqual([0, []]);
  });

  test("is told to end what it made for who left meanwhile, as an order of its own", async () => {
    const { boss, eve, groupId } = await team();
    accounts.clear();
    const { signingSecret } = await automatic(boss, { groupId });
    const answer = hook(signingSecret);
    listener = async (req, res) => {
      await sql("delete from users where id = $1", eve.id);
      await answer(req, res);
    };
    await work();
    expect(accounts.size).toBe(0);
  });

  test("is told to end what it made when its answer was lost and the person then left", async () => {
    const { boss, eve, groupId } = await team();
    accounts.clear();
    const { signingSecret } = await automatic(boss, { groupId });
    const answer = hook(signingSecret);
    listener = (req, res) => answer(req, Object.assign(res, { end: () => res.destroy() }));
    await work();
    expect([accounts.size, await own(eve)]).toMatchObject([1, [{ status: "failed" }]]);
    listener = answer;
    await by(boss, changeMembers, { groupId, remove: [eve.id] });
    await work();
    expect([accounts.size, await own(eve)]).toEqual([0, []]);
  });

  test.each([
    ["set up", (chief: Person, { boss: _, ...to }: Sharing) => automatic(chief, to)],
    [
      "moved",
      async (chief: Person, { boss, ...to }: Sharing) => {
        const system = await automatic(boss, to);
        const moved = { accountId: to.accountId, integrationId: system.id, adapterUrl: `${url}moved` };
        await by(chief, updateIntegration, moved);
        return system;
      },
    ],
  ])(
    "that a managing account %s is told of nobody after that ended, until the account's own has looked",
    async (_, begin) => {
      const { boss, eve, groupId } = await team();
      const chief = await person(await account("Managing"), ["Administrator"]);
      await manage(chief.accountId, boss.accountId);
      accounts.clear();
      const system = await begin(chief, { boss, groupId, accountId: boss.accountId });
      listener = hook(system.signingSecret);
      await work();
      expect(accounts.size).toBe(1);
      await by(boss, endRelation, { kind: "managed", otherId: chief.accountId });
      const frank = await person(boss.accountId, ["Member"]);
      const actions: string[] = [];
      listener = async (req, res) => {
        actions.push(JSON.parse(await text(req)).action);
        res.writeHead(401).end();
      };
      await by(boss, changeMembers, { groupId, add: [frank.id], remove: [eve.id] });
      await by(boss, updateIntegration, { integrationId: system.id, tryAgain: true });
      await work();
      expect(new Set(actions)).toEqual(new Set(["withdraw"]));
      await manage(chief.accountId, boss.accountId);
      const renewal = { accountId: boss.accountId, integrationId: system.id, newSigningSecret: true };
      await expect(by(chief, updateIntegration, renewal)).rejects.toMatchObject({ code: "conflict" });
      expect(await by(boss, getIntegration, { integrationId: system.id })).toMatchObject({ isPaused: true });
      const { signingSecret, isPaused, isSignedTwice } = await by(boss, updateIntegration, renewal);
      expect([isPaused, isSignedTwice]).toEqual([false, false]);
      listener = hook(signingSecret);
      await work();
      expect([...accounts.values()]).toMatchObject([{ username: frank.username }]);
      expect(await own(frank)).toMatchObject([{ status: "ready" }]);
    },
  );

  test("knows a call by the previous signing secret or the new one, until the former is ended", async () => {
    const { boss, eve, groupId } = await team();
    const system = await withExample(boss, groupId);
    const integrationId = system.id;
    const { signingSecret, isSignedTwice } = await by(boss, updateIntegration, {
      integrationId,
      newSigningSecret: true,
    });
    expect(isSignedTwice).toBe(true);
    const worksWith = async (secret: string) => {
      listener = hook(secret);
      await by(boss, changeMembers, { groupId, remove: [eve.id] });
      await work();
      await by(boss, changeMembers, { groupId, add: [eve.id] });
      await work();
      return (await own(eve))[0]?.status === "ready";
    };
    expect(await worksWith(String(system.signingSecret))).toBe(true);
    expect(await worksWith(String(signingSecret))).toBe(true);
    expect(await worksWith(`${signingSecret} ${system.signingSecret}`)).toBe(true);
    await by(boss, updateIntegration, { integrationId, endFormerSecret: true });
    expect(await worksWith(String(signingSecret))).toBe(true);
    expect(await worksWith(String(system.signingSecret))).toBe(false);
  });

  test("shows an administrator whose is in trouble, why, since when and until when, and tries again when asked", async () => {
    const { boss, eve, groupId } = await team();
    const { id: integrationId, signingSecret } = await automatic(boss, { groupId });
    listener = (_, res) => void (res as ServerResponse).writeHead(500).end();
    await work();
    const { troubles } = await by(boss, getIntegration, { integrationId });
    const { username, id } = eve;
    expect(troubles).toMatchObject([{ user: { id, username }, words: "It answered 500.", state: "failed" }]);
    expect(Date.parse(String(troubles[0]?.since))).toBeLessThan(Date.parse(String(troubles[0]?.nextTryAt)));
    listener = hook(signingSecret);
    await by(boss, updateIntegration, { integrationId, tryAgain: true });
    await work();
    expect((await by(boss, getIntegration, { integrationId })).troubles).toEqual([]);
    expect(await own(eve)).toMatchObject([{ status: "ready" }]);
    listener = (_, res) => void (res as ServerResponse).writeHead(500).end();
    await by(boss, changeMembers, { groupId, remove: [eve.id] });
    await work();
    const withdrawing = [{ state: "withdrawing", words: "It answered 500." }];
    expect((await by(boss, getIntegration, { integrationId })).troubles).toMatchObject(withdrawing);
    listener = hook(signingSecret);
    await by(boss, updateIntegration, { integrationId, tryAgain: true });
    await work();
    expect(await own(eve)).toEqual([]);
  });

  test("withdraws all when the integration is removed, though its rows are gone by then", async () => {
    const { boss, groupId } = await team();
    const { id: integrationId } = await withExample(boss, groupId);
    expect(accounts.size).toBe(1);
    await by(boss, deleteIntegration, { integrationId });
    await work();
    expect(accounts.size).toBe(0);
  });

  test("refuses what is not signed with its secret, or not lately", async () => {
    const { boss, eve, groupId } = await team();
    await automatic(boss, { groupId });
    listener = hook("whsec_b3RoZXI=");
    await work();
    expect(await own(eve)).toMatchObject([{ status: "failed", trouble: "It answered 401." }]);
  });

  test("that lives inside is not called", async () => {
    const { boss, eve, groupId } = await team();
    await automatic(boss, { groupId });
    const [job] = await sql<JobRow>(
      "select data from jobs.job where name = 'provisioning-match' and state = 'created'",
    );
    await matchJob.work(job?.data as never);
    const [row] = await own(eve);
    const making = makeOne(
      { credentialId: String(row?.id), accountId: boss.accountId, round: "0" },
      { isAllowed: () => false },
    );
    await expect(making).rejects.toThrow("public internet");
    await work();
  });
});

describe.each([
  ["Gitea", gitea, { adapter: "gitea", adapterSecret: "root:s3cret" }],
  ["GitLab", gitLab, { adapter: "gitlab", adapterSecret: "glpat-root" }],
] as const)("%s", (_, start, input) => {
  /** A pretended one, which makes tokens for the one colleague. */
  async function begun() {
    const server = start();
    listener = server.answer;
    const members = await team();
    const { boss, groupId } = members;
    const { id: integrationId } = await automatic(boss, { groupId, rotateDays: 1, ...input });
    return { ...members, server, integrationId, secrets: () => server.live.map(({ secret }) => secret) };
  }

  /** Lets what was given up, or is due, be asked for; the same again where that was so before. */
  async function again({ id }: Person) {
    await sql("update service_credentials set modified_at = now() - interval '9 hours' where user_id = $1", id);
    await sweepJob.work({});
    await work();
  }

  const kept = async (who: Person) => by(who, revealCredential, { id: String((await own(who))[0]?.id) });

  test("is asked as its API wants to be: tokens of the user, made and ended by an administrator", async () => {
    const { boss, eve, groupId, server, secrets } = await begun();
    await work();
    expect(secrets()).toEqual([(await kept(eve)).secret]);
    const [credential] = await own(eve);
    expect(credential).toMatchObject({ status: "ready", trouble: null });
    expect(credential?.expiresAt?.slice(0, 10)).toBe(server.live[0]?.expiresAt);
    await by(boss, changeMembers, { groupId, remove: [eve.id] });
    await work();
    expect(secrets()).toEqual([]);
    expect(await own(eve)).toEqual([]);
  });

  test("has one token when its answer was lost and it is asked again", async () => {
    const { eve, server, secrets } = await begun();
    server.losesNextAnswer = true;
    await work();
    expect(await own(eve)).toMatchObject([{ status: "failed" }]);
    await again(eve);
    expect(secrets()).toEqual([(await kept(eve)).secret]);
  });

  test("makes nothing for whom the server knows by another address, or by none that was confirmed", async () => {
    const { eve, server, secrets } = await begun();
    server.addresses[eve.username] = "somebody@example.net";
    await work();
    expect(await own(eve)).toMatchObject([{ trouble: expect.stringContaining("another e-mail address") }]);
    server.addresses = {};
    server.unconfirmed = [eve.username];
    await again(eve);
    expect(await own(eve)).toMatchObject([{ trouble: expect.stringContaining("not confirmed") }]);
    expect(secrets()).toEqual([]);
  });

  test("has no token when its answer was lost and the person then left", async () => {
    const { boss, eve, groupId, server, secrets } = await begun();
    server.losesNextAnswer = true;
    await work();
    expect(secrets()).toHaveLength(1);
    await by(boss, changeMembers, { groupId, remove: [eve.id] });
    await work();
    expect([secrets(), await own(eve)]).toEqual([[], []]);
  });

  test("is asked for nothing that another system made, nor told of it, when the address leads to another", async () => {
    const { boss, eve, server, secrets, integrationId } = await begun();
    await work();
    const { secret: first } = await kept(eve);
    const other = start();
    const before = asked.length;
    listener = (req, res) => {
      const isOther = req.url?.startsWith("/other/");
      req.url = req.url?.replace("/other/", "/");
      return (isOther ? other : server).answer(req, res);
    };
    const { adapterSecret } = input;
    await by(boss, updateIntegration, { integrationId, adapterUrl: `${url}other/`, adapterSecret });
    await work();
    expect(secrets()).toEqual([]);
    const { secret: second } = await kept(eve);
    expect(second).not.toBe(first);
    expect(other.live.map(({ secret }) => secret)).toEqual([second]);
    const ended = asked.slice(before).filter((call) => /^DELETE \/other\/.*\/\d+$/.test(call));
    expect(ended).toEqual([]);
  });

  test("is asked by one worker alone, and another who takes over leaves one token that is kept", async () => {
    const { eve, server, secrets } = await begun();
    let making: never | undefined;
    const inHand: unknown[] = [];
    server.onMade = async () => {
      server.onMade = undefined;
      const [row] = await sql<{ data: never }>(
        "select data from jobs.job where name = 'provisioning-make' and data->>'credentialId' = $1",
        String((await own(eve))[0]?.id),
      );
      making = row?.data;
      inHand.push(await makeOne(making as never, reach).catch((error) => error.message));
      await sql("update service_credentials set asked_until = now() where user_id = $1", eve.id);
      await makeOne(making as never, reach);
    };
    await work();
    expect(inHand).toEqual(["another worker is asking for it"]);
    expect(secrets()).toEqual([(await kept(eve)).secret]);
    const before = asked.length;
    await makeOne(making as never, reach);
    expect(asked.length).toBe(before);
  });

  test("keeps nothing of a worker whose time is over while another is at it", async () => {
    const { eve, server, secrets } = await begun();
    const late = Promise.withResolvers<void>();
    const others: Promise<void>[] = [];
    server.onMade = async () => {
      const asked = Promise.withResolvers<void>();
      server.onMade = () => {
        server.onMade = undefined;
        asked.resolve();
        return late.promise;
      };
      const [row] = await own(eve);
      await sql("update service_credentials set asked_until = now() where user_id = $1", eve.id);
      others.push(makeOne({ credentialId: String(row?.id), accountId: eve.accountId, round: "0" }, reach));
      await asked.promise;
    };
    await work();
    late.resolve();
    await Promise.all(others);
    await work();
    expect(secrets()).toEqual([(await kept(eve)).secret]);
  });

  test.each(["..", ".", "a/../../admin", "a?b", "ä"])("is asked for nothing by the name %s", async (username) => {
    const { eve } = await begun();
    await sql("update users set username = $2 where id = $1", eve.id, username);
    const before = asked.length;
    await work();
    expect(await own(eve)).toMatchObject([{ trouble: `It can have no user ${username}.` }]);
    expect(asked.length).toBe(before);
    await sql("update users set username = $2 where id = $1", eve.id, eve.username);
  });

  test("ends a token only after the one in its place is kept", async () => {
    const { eve, server, secrets } = await begun();
    await work();
    const { secret: first } = await kept(eve);
    await sql("update service_credentials set rotated_at = now() - interval '2 days' where user_id = $1", eve.id);
    server.losesNextAnswer = true;
    await again(eve);
    expect(secrets()).toContain(first);
    expect((await kept(eve)).secret).toBe(first);
    const keptMeanwhile: string[] = [];
    server.onEnd = async () => keptMeanwhile.push((await kept(eve)).secret);
    await again(eve);
    const { secret: second } = await kept(eve);
    expect(second).not.toBe(first);
    expect(secrets()).toEqual([second]);
    expect(keptMeanwhile.at(-1)).toBe(second);
    expect(await own(eve)).toMatchObject([{ status: "ready", trouble: null }]);
  });
});

test("nothing is queued where nothing is automatic", async () => {
  await sql("delete from jobs.job where name like 'provisioning-%'");
  await by(cast.ada, updateUser, { userId: cast.cleo.id, active: false });
  expect(await sql("select from jobs.job where name like 'provisioning-%'")).toEqual([]);
});
