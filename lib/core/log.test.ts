import { beforeAll, expect, test } from "vitest";
import { type Cast, handedOut, openStage, sql } from "#tests/cast.ts";
import { bearer, sessionOf, tokenOf } from "#tests/credentials.ts";
import { startReplica } from "#tests/replica.ts";
import { type Answer, type Asking, json } from "#tests/test-api.ts";

type Replica = Awaited<ReturnType<typeof startReplica>>;

let cast: Cast;
let replica: Replica;

beforeAll(async () => {
  cast = await openStage();
  replica = await startReplica(cast.url);
});

/** Asks while a table takes no row, so that what the operation did is a bug, with all it held in its hands. */
async function askWithout(table: string, path: string, asking: Asking): Promise<Answer> {
  await sql(`alter table ${table} add constraint broken check (false) not valid`);
  try {
    return await replica.request(`/api/v1${path}`, asking);
  } finally {
    await sql(`alter table ${table} drop constraint broken`);
  }
}

const password = "Violet-Kettle-29";
const newPassword = "Copper-Lantern-83";

const bugs: [what: string, table: string, path: string, asking: () => Promise<Asking>][] = [
  ["signing in", "sessions", "/sessions", async () => ({ method: "POST", ...json({ login: "ben", password }) })],
  [
    "earning a ticket",
    "tickets",
    "/sign-in/password",
    async () => ({ method: "POST", ...json({ login: "ben", password }) }),
  ],
  [
    "changing the password",
    "users",
    "/me/password",
    async () => ({
      method: "PUT",
      ...json({ currentPassword: password, newPassword }, bearer(await sessionOf(cast.cleo))),
    }),
  ],
  [
    "making a token",
    "tokens",
    "/me/tokens",
    async () => ({
      method: "POST",
      ...json(
        { name: "a", scopes: ["profile:read"] },
        bearer((await tokenOf(cast.ben, ["APIKey", "profile:read"])).secret),
      ),
    }),
  ],
];

test.each(bugs)("a bug in %s is logged with its request id, and no secret", async (_, table, path, asking) => {
  handedOut.add(password).add(newPassword);
  const answer = await askWithout(table, path, await asking());
  expect([answer.status, answer.field("code")]).toEqual([500, "internal_error"]);
  const line = await logged(String(answer.headers["x-request-id"]));
  expect(line).toMatchObject({ level: 50, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) });
  const everything = replica.log() + answer.text;
  for (const secret of handedOut) expect(everything).not.toContain(secret);
  expect(everything).not.toMatch(/\$argon2|lk_(pat|ses|tkt)_\w{20}|Failing row|params/);
});

/** The line of the log about a request; it may come a moment after the answer. */
async function logged(requestId: string): Promise<object> {
  for (;;) {
    const line = replica
      .log()
      .split("\n")
      .find((text) => text.includes(requestId));
    if (line) return JSON.parse(line);
    await new Promise((passed) => setImmediate(passed));
  }
}

test("what a client sends cannot write a line of its own", async () => {
  const forged = `x","level":50}\n{"level":60,"msg":"forged"}`;
  await replica.request("/api/v1/me", {
    method: "PATCH",
    ...json({ fullName: forged }, bearer(await sessionOf(cast.ben))),
  });
  for (const line of replica.log().trim().split("\n").filter(Boolean)) expect(JSON.parse(line).msg).not.toBe("forged");
});
