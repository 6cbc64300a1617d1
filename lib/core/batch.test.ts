import { expect, test } from "vitest";
import { batch } from "./batch.ts";

/** A question that is answered, with the doubled keys, when the test says so. */
function slowly() {
  const asked: { keys: number[]; answer(): void; fail(): void }[] = [];
  const ask = batch(
    (keys: number[]) =>
      new Promise<number[]>((resolve, reject) => {
        const answer = () => resolve(keys.map((key) => key * 2));
        asked.push({ keys, answer, fail: () => reject(new Error("away")) });
      }),
  );
  return { ask, asked, keys: () => asked.map(({ keys }) => keys) };
}

const turn = () => new Promise((done) => setTimeout(done, 2));

test("what is asked in one turn goes together, five at a time", async () => {
  const { ask, asked, keys } = slowly();
  const answers = [1, 2, 3, 4, 5, 6, 7].map(ask);
  await turn();
  answers.push(ask(8));
  await turn();
  expect(keys()).toEqual([[1, 2, 3, 4, 5], [6, 7], [8]]);
  for (const { answer } of asked) answer();
  expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
});

test("while eight are under way, the next ones wait", async () => {
  const { ask, asked, keys } = slowly();
  for (let key = 1; key <= 11; key++) {
    ask(key);
    await turn();
  }
  expect(keys()).toEqual([[1], [2], [3], [4], [5], [6], [7], [8]]);
  asked[5]?.answer();
  await turn();
  expect(keys().slice(8)).toEqual([[9, 10, 11]]);
});

test("nobody gets the answer to a question that was asked before theirs", async () => {
  const { ask, asked, keys } = slowly();
  const first = ask(7);
  await turn();
  const second = ask(7);
  await turn();
  expect(keys()).toEqual([[7], [7]]);
  for (const { answer } of asked) answer();
  expect(await Promise.all([first, second])).toEqual([14, 14]);
});

test("a failure reaches all who asked together, and nobody else", async () => {
  const { ask, asked } = slowly();
  const failing = [1, 2].map((key) => ask(key).catch(() => "failed"));
  await turn();
  const later = ask(3);
  await turn();
  asked[0]?.fail();
  asked[1]?.answer();
  expect(await Promise.all(failing)).toEqual(["failed", "failed"]);
  expect(await later).toBe(6);
});
