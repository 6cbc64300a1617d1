import { afterEach, expect, test } from "vitest";
import { maxConcurrent, withSlot } from "./concurrency.ts";

const ends: ((how: boolean) => void)[] = [];

const begin = (id: string, accountId: string) =>
  withSlot(
    { id, accountId },
    () => new Promise<void>((done, failed) => ends.push((well) => (well ? done() : failed(new Error())))),
  ).catch((error) => error.code ?? "failed");

afterEach(() => {
  for (const end of ends.splice(0)) end(true);
});

test("a person has few tries under way; one that is over makes room, however it ends", async () => {
  const adas = Array.from({ length: maxConcurrent.person }, () => begin("ada", "here"));
  expect(await begin("ada", "here")).toBe("too_many_requests");
  ends[0]?.(false);
  expect(await adas[0]).toBe("failed");
  const next = begin("ada", "here");
  ends.at(-1)?.(true);
  expect(await next).toBeUndefined();
});

test("the people of one account do not keep those of others out", async () => {
  for (let count = 0; count < maxConcurrent.account; count++) begin(`person ${count}`, "slow");
  expect(ends).toHaveLength(maxConcurrent.account);
  expect(await begin("one more", "slow")).toBe("too_many_requests");
  const other = begin("ben", "other");
  ends.at(-1)?.(true);
  expect(await other).toBeUndefined();
});

test("a process has not many more under way, whosever they are", async () => {
  for (let count = 0; count < maxConcurrent.process; count++) begin("somebody", `account ${count}`);
  expect(ends).toHaveLength(maxConcurrent.process);
  expect(await begin("ben", "last")).toBe("too_many_requests");
});
