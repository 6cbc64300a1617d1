import { expect, test } from "vitest";
import { makePerson } from "../../e2e/people.ts";
import { leave } from "./budgets.ts";
import { freshAddress, type Server, sharedServer } from "./server.ts";

const server = sharedServer();

/** Does so much, some at a time; the statuses and how often each came. */
async function flood(count: number, ask: () => ReturnType<Server["call"]>) {
  const statuses: Record<number, number> = {};
  const one = async (_: unknown, place: number) => {
    for (let made = place; made < count; made += atOnce) {
      const { status } = await ask();
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return statuses;
}

const atOnce = 10;

async function signedIn() {
  const from = freshAddress();
  const person = await makePerson();
  const token = await server.signIn(person, from);
  const rows = async () => {
    const [row] = await server.query("select count(*)::int as count from audit_entries where actor_id = $1", [
      person.id,
    ]);
    return Number(row?.count);
  };
  const [session] = await server.query("select id from sessions where user_id = $1", [person.id]);
  return { from, token, rows, sessionId: String(session?.id) };
}

test("a session that is refused 1,000 times leaves one row", async () => {
  const { from, token, rows } = await signedIn();
  const before = await rows();
  expect(await flood(1000, () => server.call("GET", "/api/v1/users", { token, from }))).toEqual({ 403: 1000 });
  expect((await rows()) - before).toBe(1);
});

test("nor do things it makes up leave more than a few", async () => {
  const { from, token, rows } = await signedIn();
  const before = await rows();
  const ask = () => server.call("GET", `/api/v1/users/${crypto.randomUUID()}`, { token, from });
  expect(await flood(300, ask)).toEqual({ 403: 300 });
  expect((await rows()) - before).toBeLessThan(60);
});

test("a session makes 600 changes a minute, is told when it may go on, and reads meanwhile", async () => {
  const { from, token, rows, sessionId } = await signedIn();
  const before = await rows();
  await leave(server, 20, { name: "changes", points: 600, seconds: 300 }, sessionId);
  const change = () => server.call("PATCH", "/api/v1/me", { body: { nonsense: 1 }, token, from });
  expect(await flood(50, change)).toEqual({ 422: 20, 429: 30 });
  const { status, headers } = await change();
  expect([status, headers.get("ratelimit-policy")]).toEqual([429, '"changes";q=600;w=60']);
  expect(headers.get("ratelimit")).toMatch(/^"changes";r=0;t=\d+$/);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await server.call("GET", "/api/v1/me", { token, from })).status).toBe(200);
  expect((await rows()) - before).toBe(1);
});
