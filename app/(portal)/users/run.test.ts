import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ActionState, Problem } from "#lib/http/next/action.ts";
import { type Progress, runInChunks, waitingWords } from "./run.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const spent = (retryAfter?: number, code = "too_many_requests"): ActionState<never> => ({
  status: "refused",
  values: {},
  problem: { status: 429, code, title: "", detail: "", requestId: "", retryAfter, errors: [] },
});

/** A run over ten in chunks of four, whose calls number `refusals` are refused in turn. */
function run(refusals: Record<number, ActionState<never>>) {
  const told: Progress<number>[] = [];
  const proven: Problem[] = [];
  const sent: number[][] = [];
  const state = { isStopped: false };
  const end = runInChunks<number, number>({
    items: Array.from({ length: 10 }, (_, place) => place),
    chunk: 4,
    send: async (some) => {
      sent.push(some);
      return refusals[sent.length] ?? { status: "done", output: { results: some } };
    },
    prove: async (problem) => void proven.push(problem),
    tell: (progress) => told.push(progress),
    isStopped: () => state.isStopped,
  });
  return { end, told, proven, sent, state };
}

const everybody = Array.from({ length: 10 }, (_, place) => place);

test("where a budget is spent it says so, waits as long as the answer says, and goes on where it was", async () => {
  const { end, told, sent, proven } = run({ 2: spent(40) });
  await vi.advanceTimersByTimeAsync(39_500);
  expect([sent.length, told.at(-1)]).toMatchObject([2, { results: [0, 1, 2, 3], waiting: 40 }]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await end).toEqual({ total: 10, results: everybody, stopped: false });
  expect(sent).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [4, 5, 6, 7],
    [8, 9],
  ]);
  expect([told.at(-1)?.waiting, proven]).toEqual([undefined, []]);
});

test.each([
  [1, "1 second"],
  [110, "110 seconds"],
])("the words for a wait of %i s hold for any budget, and count", (seconds, counted) => {
  expect(waitingWords(seconds)).toBe(`Too many changes at once for now. This goes on by itself in ${counted}.`);
});

test("it can be stopped while it waits", async () => {
  const { end, state, sent } = run({ 2: spent(40) });
  await vi.advanceTimersByTimeAsync(5000);
  state.isStopped = true;
  await vi.advanceTimersByTimeAsync(1000);
  expect([await end, sent.length]).toMatchObject([{ stopped: true, results: [0, 1, 2, 3] }, 2]);
});

test.each([
  ["a wait of an hour", spent(3600)],
  ["a refusal without an end", spent()],
  ["another refusal", spent(5, "unavailable")],
])("%s ends it, and is told", async (_, refusal) => {
  const { end, sent } = run({ 1: refusal });
  const { problem, results } = await end;
  expect([problem?.status, results, sent.length]).toEqual([429, [], 1]);
});

test("who has to prove themselves does so, and it goes on", async () => {
  const { end, proven } = run({ 3: spent(undefined, "step_up_required") });
  expect((await end).results).toEqual(everybody);
  expect(proven).toHaveLength(1);
});
