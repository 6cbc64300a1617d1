import { expect, test } from "vitest";
import { together } from "./together.ts";

/** A question that is answered, with the doubled keys, when the test says so. */
function slowly() {
  const asked: { keys: number[]; answer(): void; fail(): void }[] = [];
  const ask = together(
    (keys: number[]) =>
      new Promise<number[]>((resolve, reject) => {
        const answer = () => resolve(keys.map((key) => key * 2));
        asked.push({ keys, answer, fail: () => reject(new Error("away")) });
      }),
  );
  return { ask, asked };
}

const passed = () => new Promise((done) => setTimeout(done));

test("the first questions go at once; what comes meanwhile goes together, in one", async () => {
  const { ask, asked } = slowly();
  const answers = [1, 2, 3, 4, 5, 6].map(ask);
  expect(asked.map(({ keys }) => keys)).toEqual([[1], [2], [3]]);
  asked[1]?.answer();
  await passed();
  expect(asked.map(({ keys }) => keys)).toEqual([[1], [2], [3], [4, 5, 6]]);
  for (const { answer } of asked) answer();
  expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10, 12]);
});

test("nobody gets the answer to a question that was asked before theirs", async () => {
  const { ask, asked } = slowly();
  const first = ask(7);
  const second = ask(7);
  expect(asked.map(({ keys }) => keys)).toEqual([[7], [7]]);
  for (const { answer } of asked) answer();
  expect(await Promise.all([first, second])).toEqual([14, 14]);
});

test("a failure reaches all who asked together, and nobody else", async () => {
  const { ask, asked } = slowly();
  const answers = [1, 2, 3, 4, 5].map((key) => ask(key).catch(() => "failed"));
  asked[0]?.answer();
  await passed();
  asked[3]?.fail();
  await passed();
  const later = ask(6);
  for (const { answer } of asked) answer();
  await passed();
  for (const { answer } of asked) answer();
  expect(await Promise.all(answers)).toEqual([2, 4, 6, "failed", "failed"]);
  expect(await later).toBe(12);
});
