import { expect, test } from "vitest";
import { programOf } from "./agents.ts";

const firefox = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";

test.each([
  [firefox, "Firefox on Linux"],
  ["curl/8.5.0", "curl"],
  ["python-requests/2.31.0", "python-requests"],
  ["Go-http-client/1.1", "Go-http-client"],
  ["node", "node"],
  ["", null],
  [null, null],
])("%s is told in words", (agent, words) => {
  expect(programOf(agent)).toBe(words);
});
