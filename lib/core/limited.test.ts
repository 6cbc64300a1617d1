import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Cast, openStage } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, tokenOf } from "#tests/credentials.ts";
import type { Caller } from "./actor.ts";
import { isPassword } from "./crypto/hashing.ts";
import { execute } from "./execute.ts";
import { defineOperation } from "./operation.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

/** An operation of its own that may be asked for twice. */
const twice = () => {
  const operation = defineOperation({
    name: "test.twice",
    summary: "Do something costly",
    route: "GET /twice",
    allow: "anyone",
    limit: { name: randomUUID(), points: 2, seconds: 60 },
    input: z.strictObject({ n: z.int().optional() }),
    output: z.object({}),
    run: async () => ({}),
  });
  const ask = (caller: Caller, input: object = {}) =>
    execute(operation, caller, input).then(
      ({ remaining }) => remaining?.left,
      ({ code }) => code,
    );
  return ask;
};

const from = (address: string): Caller => ({ ...callerWith({}), address });

describe("an operation with a limit", () => {
  test("is refused once it is spent, and says before what is left", async () => {
    const ask = twice();
    const caller = from("198.51.100.1");
    expect([await ask(caller), await ask(caller), await ask(caller)]).toEqual([1, 0, "too_many_requests"]);
  });

  test("counts a person by who they are, whatever credential they bring and from wherever", async () => {
    const ask = twice();
    const { secret } = await tokenOf(cast.ben, ["Tasks"]);
    const callers = [
      await asPerson(cast.ben),
      callerWith(bearer(secret)),
      { ...(await asPerson(cast.ben)), address: "::1" },
    ];
    const answers = [];
    for (const caller of callers) answers.push(await ask(caller));
    expect([...answers, await ask(await asPerson(cast.ada))]).toEqual([1, 0, "too_many_requests", 1]);
  });

  test("counts nobody by their network", async () => {
    const ask = twice();
    const addresses = [
      "2001:db8::1",
      "2001:db8::2",
      "2001:db8::3",
      "2001:db8:0:1::1",
      "198.51.100.2",
      "::ffff:198.51.100.2",
    ];
    const answers = [];
    for (const address of addresses) answers.push(await ask(from(address)));
    expect(answers).toEqual([1, 0, "too_many_requests", 1, 1, 0]);
  });

  test("is spent by what is refused later, too", async () => {
    const ask = twice();
    const caller = from("198.51.100.3");
    const answers = [await ask(caller, { n: "x" }), await ask(caller, { n: 1.5 }), await ask(caller)];
    expect(answers).toEqual(["invalid_fields", "invalid_fields", "too_many_requests"]);
  });
});

// A hash that takes no time, so that the queue is all there is to see.
const cheap = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0$Ltnhyn/4NEp6uTFmVMRmtbSJWg2ouK3Ngs9QNT5Zxlg";

test("so many passwords at once that they would never be done are sent away, the others are looked at", async () => {
  const looks = await Promise.allSettled(Array.from({ length: 400 }, () => isPassword(cheap, "no such password")));
  const sentAway = looks.filter((one) => one.status === "rejected");
  expect(sentAway.length).toBeGreaterThan(100);
  for (const { reason } of sentAway)
    expect(reason).toMatchObject({ status: 503, details: { retryAfter: expect.any(Number) } });
  expect(looks.filter((one) => one.status === "fulfilled" && one.value === false).length).toBe(400 - sentAway.length);
});
