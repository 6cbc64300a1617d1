import { expect, test } from "vitest";
import { memoizeByText } from "./lru.ts";

const size = 1000;
const text = (n: number) => String(n).padEnd(size);

test("the same text is the very same object", () => {
  const read = memoizeByText((text) => ({ text }), size * 100);
  expect(read(text(1))).toBe(read(text(1)));
});

test("what was not asked for lately is forgotten, what is asked for all the time is not", () => {
  const read = memoizeByText((text) => ({ text }), size * 100);
  const [busy, idle] = [read(text(1)), read(text(2))];
  for (let n = 10; n < 500; n += 1) {
    read(text(n));
    expect(read(text(1))).toBe(busy);
  }
  expect(read(text(2))).not.toBe(idle);
});

test("a sixteenth of all may be one text; a longer one is read anew each time", () => {
  const read = memoizeByText((text) => ({ text }), 16_000);
  const [long, longer] = ["x".repeat(1000), "x".repeat(1001)];
  expect(read(long)).toBe(read(long));
  expect(read(longer)).not.toBe(read(longer));
});
