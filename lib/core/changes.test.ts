import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { counterPool } from "#db/client.ts";
import { secureAccount } from "#lib/people/secure-account.ts";
import { updateProfile } from "#lib/people/update-profile.ts";
import { endOthers } from "#lib/sign-in/sessions/end-others.ts";
import { endSession } from "#lib/sign-in/sessions/operations.ts";
import { type Cast, openStage, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { configure } from "#tests/settings.ts";
import type { Actor } from "./actor.ts";
import { spendChange, spendFurther } from "./changes.ts";
import { execute } from "./execute.ts";
import { defineOperation } from "./operation.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});
beforeEach(() => {
  configure({ CHANGES_PER_MINUTE: "60", PROVISIONING_CHANGES_PER_MINUTE: "90" });
  Object.assign(globalThis, { latchkeyLimiters: undefined });
});
afterEach(() => void vi.restoreAllMocks());

type Holder = Pick<Actor, "id" | "credential" | "limits" | "impersonator">;

const inAnHour = new Date(Date.now() + 3_600_000);
const session = (aims?: { byKey: boolean; viaAimsApi: boolean }): Holder => ({
  id: randomUUID(),
  credential: { kind: "session", id: randomUUID(), expiresAt: inAnHour, freshUntil: null, strong: false, aims },
  limits: null,
});
const token = (...limits: string[]): Holder => ({
  id: randomUUID(),
  credential: { kind: "token", id: randomUUID(), name: "", scopes: [], createdAt: new Date(), expiresAt: null },
  limits,
});
const program = (): Holder => ({
  id: randomUUID(),
  credential: { kind: "api_user", id: randomUUID(), expiresAt: inAnHour },
  limits: null,
});

/** What so many changes at once come to: how many were taken. */
const changes = async (holder: Holder, count: number) =>
  (await Promise.allSettled(Array.from({ length: count }, () => spendChange(holder)))).filter(
    ({ status }) => status === "fulfilled",
  ).length;

type Process = { latchkeyChanges?: unknown };

/** Does work as another process has it, which knows nothing of what this one took. */
async function elsewhere<T>(work: () => Promise<T>): Promise<T> {
  const own = (globalThis as Process).latchkeyChanges;
  (globalThis as Process).latchkeyChanges = undefined;
  const done = await work();
  (globalThis as Process).latchkeyChanges = own;
  return done;
}

test("of many changes at once, as many are taken as a credential has in a minute", async () => {
  const holder = session();
  expect([await changes(holder, 200), await changes(holder, 5), await changes(session(), 5)]).toEqual([60, 0, 5]);
});

test("what is refused says how much there was, and when to come back", async () => {
  const holder = session();
  await changes(holder, 60);
  const refused = await spendChange(holder).catch((refusal: unknown) => refusal);
  expect(refused).toMatchObject({
    code: "too_many_requests",
    details: { budget: { name: "changes", limit: 60, window: 60 }, retryAfter: expect.any(Number) },
  });
});

test("every change says what is left", async () => {
  const holder = session();
  const left = [];
  for (let count = 0; count < 60; count++) left.push((await spendChange(holder)).left);
  expect(left).toEqual(Array.from({ length: 60 }, (_, count) => 59 - count));
});

test("two processes together take no more, and leave little", async () => {
  const holder = session();
  let taken = 0;
  for (let round = 0; round < 4; round++) {
    taken += await changes(holder, 25);
    taken += await elsewhere(() => changes(holder, 25));
  }
  expect(taken).toBeLessThanOrEqual(60);
  expect(taken).toBeGreaterThan(55);
});

test("few changes wait for the count, and none once a minute is known to be spent", async () => {
  configure({ CHANGES_PER_MINUTE: "600" });
  Object.assign(globalThis, { latchkeyLimiters: undefined });
  const holder = session();
  const asked = vi.spyOn(counterPool(), "query");
  for (let count = 0; count < 600; count++) await spendChange(holder);
  expect(asked.mock.calls.length).toBeLessThan(125);
  await changes(holder, 1);
  asked.mockClear();
  expect([await changes(holder, 50), asked.mock.calls.length]).toEqual([0, 0]);
});

describe("a holder with many credentials", () => {
  const another = (of: Holder): Holder => ({ ...session(), id: of.id });
  const key = () => session({ byKey: true, viaAimsApi: true });

  test("makes as many changes with all of them as two have", async () => {
    const holder = session();
    const made = [await changes(holder, 70)];
    for (let count = 0; count < 4; count++) made.push(await changes(another(holder), 50));
    expect(made).toEqual([60, 50, 10, 0, 0]);
    expect(await changes(session(), 5)).toBe(5);
  });

  test("is told of that budget, and how long it lasts", async () => {
    const holder = session();
    for (let count = 0; count < 3; count++) await changes(another(holder), 50);
    expect(await spendChange(another(holder)).catch((refusal: unknown) => refusal)).toMatchObject({
      code: "too_many_requests",
      details: { budget: { name: "changes_in_all", limit: 120, window: 60 }, retryAfter: expect.any(Number) },
    });
  });

  test("has another one for those that provision people", async () => {
    const holder = key();
    const made = [];
    for (let count = 0; count < 3; count++) made.push(await changes({ ...key(), id: holder.id }, 100));
    expect([...made, await changes(another(holder), 5)]).toEqual([90, 90, 0, 5]);
  });

  test("is not stopped by one of them that runs wild", async () => {
    const holder = session();
    await changes(holder, 500);
    expect(await changes(another(holder), 60)).toBe(60);
  });

  test("has too few for many changes in one: the credential gets them back", async () => {
    const holder = session();
    await changes(another(holder), 50);
    await changes(another(holder), 50);
    await expect(spendFurther(holder, 41)).rejects.toMatchObject({ details: { budget: { name: "changes_in_all" } } });
    const left = await spendChange(holder, { endsOwn: true });
    expect(left).toMatchObject({ name: "changes", left: 59 });
  });

  test("ends them with one that has changes left, though two others have spent what all have", async () => {
    const owner = await person(cast.here, ["Member"]);
    const [mine, ...stolen] = await Promise.all([asPerson(owner), asPerson(owner), asPerson(owner)]);
    for (const caller of stolen) await changes((await caller.who()) as Holder, 60);
    await expect(execute(updateProfile, mine, { fullName: "Another" })).rejects.toMatchObject({
      details: { budget: { name: "changes_in_all" } },
    });
    expect((await execute(endOthers, mine, {})).output).toEqual({ endedSessions: 2 });
    await execute(endSession, mine, {});
  });

  test("has the tries of what ends them for each by itself", async () => {
    const owner = await person(cast.here, ["Member"]);
    const [mine, stolen] = await Promise.all([asPerson(owner), asPerson(owner)]);
    const secure = (caller: typeof mine) => execute(secureAccount, caller, { username: "x" }).catch(({ code }) => code);
    for (let count = 0; count < 20; count++) expect(await secure(stolen)).not.toBe("too_many_requests");
    expect([await secure(stolen), await secure(mine)]).toEqual(["too_many_requests", "invalid_fields"]);
  });

  test("and is who really sits there, whomever they act as", async () => {
    const impersonator = { id: randomUUID() } as Actor["impersonator"];
    const made = [];
    for (let count = 0; count < 3; count++) made.push(await changes({ ...session(), impersonator }, 60));
    expect(made).toEqual([60, 60, 0]);
  });
});

describe("many changes in one", () => {
  test("take as many, or none where there are too few", async () => {
    const holder = session();
    expect(await spendFurther(holder, 41)).toMatchObject({ left: 20 });
    await expect(spendFurther(holder, 41)).rejects.toMatchObject({ code: "too_many_requests" });
    await expect(elsewhere(() => spendFurther(holder, 41))).rejects.toMatchObject({ code: "too_many_requests" });
    expect(await changes(holder, 30)).toBeGreaterThan(15);
  });

  test("that are more than a minute has take a whole one", async () => {
    const holder = session();
    await spendChange(holder);
    expect(await spendFurther(holder, 200)).toMatchObject({ left: 0 });
    await expect(spendChange(holder)).rejects.toMatchObject({ code: "too_many_requests" });
  });

  test("of one at a time take no more than the attempt did", async () => {
    expect([await spendFurther(session(), 1), await spendFurther(session(), 0)]).toEqual([undefined, undefined]);
  });

  test("at once take no more than there are", async () => {
    const holder = session();
    const taken = await Promise.allSettled(Array.from({ length: 20 }, () => spendFurther(holder, 8)));
    expect(taken.filter(({ status }) => status === "fulfilled")).toHaveLength(8);
  });
});

test("a new minute is a new budget", async () => {
  const holder = session();
  await changes(holder, 70);
  await sql("update budgets set expire = 1 where key like 'changes%'");
  expect(await elsewhere(() => changes(holder, 70))).toBe(60);
});

describe("more are a credential's that provisions people", () => {
  const cases: [string, Holder, number][] = [
    ["an API user", program(), 90],
    ["a session that an access key opened", session({ byKey: true, viaAimsApi: true }), 90],
    ["a token that may make users", token("admin:*:*:user"), 90],
    ["a session", session(), 60],
    ["a session of AIMS that a password opened", session({ byKey: false, viaAimsApi: true }), 60],
    ["a token that may not", token("admin:*:list:user", "portal:own:*:*"), 60],
  ];
  test.each(cases)("%s", async (_, holder, most) => {
    expect(await changes(holder, 100)).toBe(most);
  });
});

describe("an operation", () => {
  const operation = (audit?: () => null) =>
    defineOperation({
      name: `test.${audit ? "change" : "look"}`,
      summary: "Change something, or look at it",
      route: "POST /test",
      allow: "signed-in",
      stepUp: "never",
      whileImpersonating: "refused",
      input: z.strictObject({}),
      output: z.object({}),
      audit,
      run: async () => ({}),
    });

  test("that changes something is counted, also where it is refused; one that reads is not", async () => {
    const caller = await asPerson(cast.ben);
    const { id } = (await caller.who())?.credential ?? { id: "" };
    const known = () => (globalThis as { latchkeyChanges?: Map<string, unknown> }).latchkeyChanges?.has(id);
    expect((await execute(operation(), caller, {})).remaining).toBeUndefined();
    expect(known()).toBeFalsy();
    const change = operation(() => null);
    expect((await execute(change, caller, {})).remaining).toMatchObject({ name: "changes", left: 59 });
    await expect(execute(change, caller, { nonsense: 1 })).rejects.toMatchObject({ status: 422 });
    expect((await execute(change, caller, {})).remaining).toMatchObject({ left: 57 });
  });
});
