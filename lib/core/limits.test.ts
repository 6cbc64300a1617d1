import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { openPortal, sql } from "#tests/cast.ts";
import { configure } from "#tests/settings.ts";
import { Refusal } from "./errors.ts";
import { type Budget, settle, spend, spendMany } from "./limits.ts";

beforeAll(async () => void (await openPortal()));

const fresh = (more: Partial<Budget> = {}): Budget => ({ name: randomUUID(), points: 3, seconds: 900, ...more });

/** Seconds to wait, or null when there was something left. */
const wait = (budget: Budget, key = "ben"): Promise<number | null> =>
  spend(budget, key).then(
    () => null,
    (error) => {
      if (error instanceof Refusal && error.code === "too_many_requests") return error.details.retryAfter ?? 0;
      throw error;
    },
  );

/** Spends until it is refused; the wait. */
async function exhaust(budget: Budget): Promise<number | null> {
  for (let tries = 0; tries < budget.points; tries++) expect(await wait(budget)).toBeNull();
  return wait(budget);
}

const letTimePass = ({ name }: Budget) =>
  sql("update budgets set expire = 1 where key like $1 and key not like '%:strikes:%'", `${name}:%`);

/** As another process has it: nothing kept in memory. */
const asAnotherProcess = () => {
  (globalThis as { latchkeyLimiters?: unknown }).latchkeyLimiters = undefined;
};

test("a budget tells what is left of it, and refuses with the wait when nothing is", async () => {
  const budget = fresh();
  expect(await spend(budget, "ben")).toMatchObject({ name: budget.name, limit: 3, window: 900, left: 2, reset: 900 });
  expect(await spend(budget, "ben")).toMatchObject({ left: 1 });
  expect(await spend(budget, "ben")).toMatchObject({ left: 0 });
  const seconds = await wait(budget);
  expect(seconds).toBeGreaterThan(890);
  expect(seconds).toBeLessThanOrEqual(900);
});

test("of 60 at once no more than the budget get through", async () => {
  const budget = fresh({ points: 10, growing: true });
  const waits = await Promise.all(Array.from({ length: 60 }, () => wait(budget)));
  expect(waits.filter((seconds) => seconds === null)).toHaveLength(10);
  for (const seconds of waits) if (seconds !== null) expect(seconds).toBeGreaterThan(0);
});

test("many tries are taken at once, or refused where fewer are left", async () => {
  const budget = { name: randomUUID(), points: 3, seconds: 900 };
  await spendMany(budget, "ben", 2);
  expect(await spend(budget, "ada")).toMatchObject({ left: 2 });
  const refused = { code: "too_many_requests", details: { budget: { name: budget.name, limit: 3, window: 900 } } };
  await expect(spendMany(budget, "ben", 2)).rejects.toMatchObject(refused);
  expect(await wait(budget)).toBeGreaterThan(890);
});

test("what is more than a whole budget takes the whole, as large as this portal has it", async () => {
  configure({ RATE_LIMIT_FACTOR: "0.5" });
  const budget = { name: randomUUID(), points: 10, seconds: 900 };
  await spendMany(budget, "ben", 8);
  await expect(spendMany(budget, "ben", 1)).rejects.toMatchObject({ details: { budget: { limit: 5 } } });
  configure({});
});

test("another process spends of the same budget", async () => {
  const budget = fresh();
  await spend(budget, "ben");
  asAnotherProcess();
  expect(await spend(budget, "ben")).toMatchObject({ left: 1 });
});

test("another key has another budget", async () => {
  const budget = fresh({ points: 1 });
  await spend(budget, "ben");
  expect([await wait(budget, "ben"), await wait(budget, "ada")]).toEqual([expect.any(Number), null]);
});

describe("a growing budget", () => {
  test("doubles the wait each time it is spent, up to an hour, in every process", async () => {
    const budget = fresh({ seconds: 600, growing: true });
    const waits: (number | null)[] = [];
    for (let round = 0; round < 5; round++) {
      waits.push(await exhaust(budget));
      await letTimePass(budget);
      asAnotherProcess();
    }
    expect(waits).toEqual([600, 1200, 2400, 3600, 3600]);
  });

  test("does not grow while it is spent already", async () => {
    const budget = fresh({ seconds: 600, growing: true });
    await exhaust(budget);
    for (let again = 0; again < 5; again++) expect(await wait(budget)).toBeLessThanOrEqual(600);
  });

  test("begins anew after a success", async () => {
    const budget = fresh({ seconds: 600, growing: true });
    await exhaust(budget);
    await letTimePass(budget);
    expect(await exhaust(budget)).toBe(1200);
    await settle([{ budget, key: "ben" }]);
    expect(await exhaust(budget)).toBe(600);
  });
});

describe("a budget that slows down", () => {
  const slow = () => fresh({ points: 7, free: 2, growing: true });
  const letSecondsPass = ({ name }: Budget, seconds: number) =>
    sql("update budgets set expire = expire - $2::int * 1000 where key like $1", `${name}:%`, seconds);

  test("takes the next try 1, 2, 4, then 8 seconds after the last, and then makes wait long", async () => {
    const budget = slow();
    for (let free = 0; free < 3; free++) expect(await wait(budget)).toBeNull();
    for (const pause of [1, 2, 4, 8]) {
      expect(await wait(budget)).toBe(pause);
      await letSecondsPass(budget, pause);
      expect(await wait(budget)).toBeNull();
    }
    expect(await wait(budget)).toBe(900);
    await letSecondsPass(budget, 10);
    expect(await wait(budget)).toBe(890);
    await letTimePass(budget);
    expect(await wait(budget)).toBeNull();
  });

  test("counts nothing that comes too soon", async () => {
    const budget = slow();
    await Promise.all(Array.from({ length: 60 }, () => wait(budget)));
    expect(await sql("select points from budgets where key like $1", `${budget.name}:%`)).toEqual([{ points: 3 }]);
  });

  test("takes one of many that come once the pause is over", async () => {
    const budget = slow();
    for (let free = 0; free < 3; free++) await wait(budget);
    await letSecondsPass(budget, 1);
    const waits = await Promise.all(Array.from({ length: 30 }, () => wait(budget)));
    expect(waits.filter((seconds) => seconds === null)).toHaveLength(1);
  });

  test("grows like any other, and begins anew after a success or a quiet while", async () => {
    const budget = fresh({ points: 1, free: 1, growing: true });
    expect([await wait(budget), await wait(budget)]).toEqual([null, 900]);
    await letTimePass(budget);
    expect([await wait(budget), await wait(budget), await wait(budget)]).toEqual([null, 1800, 1800]);
    await settle([{ budget, key: "ben" }]);
    expect([await wait(budget), await wait(budget)]).toEqual([null, 900]);
  });

  test("has its free tries multiplied by RATE_LIMIT_FACTOR", async () => {
    configure({ RATE_LIMIT_FACTOR: "2" });
    const budget = slow();
    for (let free = 0; free < 5; free++) expect(await wait(budget)).toBeNull();
    expect(await wait(budget)).toBe(1);
    configure({});
  });
});

test("a budget that does not grow keeps its window", async () => {
  const budget = fresh({ seconds: 600 });
  for (let round = 0; round < 3; round++) {
    expect(await exhaust(budget)).toBeLessThanOrEqual(600);
    await letTimePass(budget);
  }
});

test("a try that was no guess is given back", async () => {
  const budget = fresh({ points: 1 });
  for (let time = 0; time < 3; time++) {
    expect(await wait(budget)).toBeNull();
    await settle([], { budget, key: "ben" });
  }
});

test("nobody's name or address is kept", async () => {
  await spend(fresh(), "ben@example.org");
  const [kept] = await sql<{ text: string }>("select string_agg(b::text, ' ') as text from budgets b");
  expect(kept?.text).not.toMatch(/ben|example/);
});

test("RATE_LIMIT_FACTOR multiplies it", async () => {
  configure({ RATE_LIMIT_FACTOR: "2.5" });
  expect(await spend(fresh(), "ben")).toMatchObject({ limit: 8, left: 7 });
  configure({});
});
