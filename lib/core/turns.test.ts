import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { transaction } from "#db/client.ts";
import { openStage } from "#tests/cast.ts";
import { boss } from "#tests/mailbox.ts";
import { enqueue } from "./jobs.ts";
import { takeTurns } from "./turns.ts";

type Call = { accountId?: string; name: string };

const queue = { name: "calls" };
const turns = { all: 32, part: 4 };

let stop: () => Promise<void> = async () => {};
let ends: (() => void)[] = [];
let begun: Call[] = [];

beforeAll(async () => {
  await openStage();
  await boss().createQueue(queue.name, { retryLimit: 0 });
});

afterEach(async () => {
  const stopped = stop();
  for (const end of ends) end();
  await stopped;
  await boss().deleteAllJobs(queue.name);
  [ends, begun] = [[], []];
});

const put = (...calls: Call[]) =>
  transaction(async (tx) => {
    for (const call of calls) await enqueue<Call>(tx, queue, call);
  });

const many = (accountId: string, count: number): Call[] =>
  Array.from({ length: count }, (_, n) => ({ accountId, name: `${accountId} ${n}` }));

/** Calls that nobody answers, but for the one named so. */
function work() {
  stop = takeTurns(boss(), queue.name, turns, async ({ id, data }) => {
    begun.push(data as Call);
    if ((data as Call).name !== "answered") await new Promise<void>((end) => ends.push(end));
    return { id, status: "completed" };
  });
}

const begunOf = (accountId: string) => begun.filter((call) => call.accountId === accountId).length;
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 });

test("one account's waiting jobs, none of which ends, do not delay another's first", async () => {
  await put(...many("slow", 200));
  await put({ accountId: "other", name: "answered" });
  work();
  await until(() => expect(begunOf("other")).toBe(1));
  expect(begunOf("slow")).toBeLessThanOrEqual(turns.all / turns.part);
});

test("some more accounts that keep theirs waiting leave room for one", async () => {
  for (const account of ["a", "b", "c", "d", "e", "f"]) await put(...many(account, 20));
  await put({ accountId: "last", name: "answered" });
  work();
  await until(() => expect(begunOf("last")).toBe(1));
});

test("what is over makes room for the next, however many there are", async () => {
  await put(...Array.from({ length: 30 }, () => ({ accountId: "quick", name: "answered" })));
  work();
  await until(() => expect(begunOf("quick")).toBe(30));
});

test("jobs of nobody go as they come", async () => {
  await put({ name: "answered" }, { name: "answered" });
  work();
  await until(() => expect(begun).toHaveLength(2));
});

test("those under way are waited for, and no more are taken", async () => {
  await put(...many("slow", 3));
  work();
  await until(() => expect(begun).toHaveLength(3));
  await put({ accountId: "late", name: "answered" });
  const stopped = stop();
  for (const end of ends) end();
  await stopped;
  expect(begunOf("late")).toBe(0);
  const jobs = await boss().findJobs(queue.name);
  expect(jobs.filter(({ state }) => state === "completed")).toHaveLength(3);
});

test("what failed is written down as failed, with why", async () => {
  await put({ accountId: "a", name: "answered" });
  stop = takeTurns(boss(), queue.name, turns, async ({ id }) => ({ id, status: "failed", output: { message: "no" } }));
  const failed = async () => (await boss().findJobs(queue.name)).filter(({ state }) => state === "failed");
  await vi.waitFor(async () => expect(await failed()).toMatchObject([{ output: { message: "no" } }]), {
    timeout: 20_000,
  });
});
