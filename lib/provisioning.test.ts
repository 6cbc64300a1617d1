import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deletionJob } from "#lib/deletion/carry-out.ts";
import { account, type Cast, openStage, type Person, person, sql } from "#lib/testing/cast.ts";
import { gitea, gitLab } from "#lib/testing/git-servers.ts";
import { certificate, key } from "#lib/testing/receiver.ts";
import { by, groupRow } from "#lib/testing/rights.ts";
// @ts-expect-error The example is plain JavaScript, as whoever copies it will have it.
import { accounts, hook } from "../examples/provisioning-hook/server.mjs";
import { changeMembers } from "./groups/members.ts";
import { createIntegration, deleteIntegration } from "./integrations.ts";
import { makeOne, matchJob, sweepJob, withdrawOne } from "./provisioning.ts";
import { listCredentials } from "./service-credentials/list.ts";
import { revealCredential } from "./service-credentials/reveal.ts";
import { deleteUser, updateUser } from "./users.ts";

type Listener = (req: IncomingMessage, res: ServerResponse) => unknown;

let cast: Cast;
let listener: Listener;
let url = "";
const reach = { mayReach: (address: string) => address === "127.0.0.1", ca: certificate };
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
    expect([...accounts.values()]).toEqual([{ username: eve.username, secret }]);
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
    const making = makeOne({ credentialId: String(row?.id), accountId: boss.accountId }, { mayReach: () => false });
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
    await automatic(members.boss, { groupId: members.groupId, rotateDays: 1, ...input });
    return { ...members, server, secrets: () => server.live.map(({ secret }) => secret) };
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
