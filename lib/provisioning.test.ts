import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deletionJob } from "#lib/deletion/carry-out.ts";
import { account, type Cast, openStage, type Person, person, sql } from "#lib/testing/cast.ts";
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

test("Gitea is asked as its API wants to be: tokens of the user, made and ended by an administrator", async () => {
  const { boss, eve, groupId } = await team();
  const live = new Map<string, string>();
  let next = 0;
  listener = async (req, res) => {
    const [, id = ""] = /^\/api\/v1\/users\/[^/]+\/tokens\/(\d+)$/.exec(String(req.url)) ?? [];
    if (req.headers.authorization !== `Basic ${btoa("root:s3cret")}`) return res.writeHead(401).end();
    if (req.method === "DELETE") return res.writeHead(live.delete(id) ? 204 : 404).end();
    if (req.url !== `/api/v1/users/${eve.username}/tokens`) return res.writeHead(404).end();
    live.set(String(++next), `sha${next}`);
    res.writeHead(201).end(JSON.stringify({ id: next, name: "x", sha1: `sha${next}`, token_last_eight: "" }));
  };
  await automatic(boss, { groupId, adapter: "gitea", adapterSecret: "root:s3cret", rotateDays: 1 });
  await work();
  expect([...live.values()]).toEqual(["sha1"]);
  await sql(
    "update service_credentials set rotated_at = now() - interval '2 days', modified_at = now() - interval '2 days' where user_id = $1",
    eve.id,
  );
  await sweepJob.work({});
  await work();
  expect([...live.values()]).toEqual(["sha2"]);
  await by(boss, changeMembers, { groupId, remove: [eve.id] });
  await work();
  expect(live.size).toBe(0);
});

test("GitLab is asked as its API wants to be: the user's id first, then a token with an end", async () => {
  const { boss, eve, groupId } = await team();
  const live = new Set<string>();
  listener = async (req, res) => {
    if (req.headers["private-token"] !== "glpat-root") return res.writeHead(401).end();
    const { pathname, searchParams } = new URL(String(req.url), url);
    if (pathname === "/api/v4/users")
      return res.end(JSON.stringify([{ id: 42, username: searchParams.get("username") }]));
    if (req.method === "DELETE") return res.writeHead(live.delete(pathname.split("/").at(-1) ?? "") ? 204 : 404).end();
    if (pathname !== "/api/v4/users/42/personal_access_tokens") return res.writeHead(404).end();
    const { expires_at } = (await new Response(req as unknown as ReadableStream).json()) as { expires_at: string };
    live.add("7");
    res.writeHead(201).end(JSON.stringify({ id: 7, token: "glpat-7", expires_at }));
  };
  await automatic(boss, { groupId, adapter: "gitlab", adapterSecret: "glpat-root" });
  await work();
  const [credential] = await own(eve);
  expect(credential).toMatchObject({ status: "ready", expiresAt: expect.any(String) });
  expect((await by(eve, revealCredential, { id: String(credential?.id) })).secret).toBe("glpat-7");
  await by(boss, changeMembers, { groupId, remove: [eve.id] });
  await work();
  expect(live.size).toBe(0);
});

test("nothing is queued where nothing is automatic", async () => {
  await sql("delete from jobs.job where name like 'provisioning-%'");
  await by(cast.ada, updateUser, { userId: cast.cleo.id, active: false });
  expect(await sql("select from jobs.job where name like 'provisioning-%'")).toEqual([]);
});
