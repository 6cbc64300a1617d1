import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { noteFor, sayNotes } from "./notes.ts";

const server = createServer((req, res) => {
  const id = String(req.headers["x-request-id"]);
  sayNotes(req, res, id);
  if (req.url === "/away") noteFor(id, "away");
  if (req.url === "/signed-out") noteFor(id, "signed-out");
  if (req.url === "/gone") noteFor(id, "not-found");
  if (req.url === "/closed") noteFor(id, "forbidden");
  res.statusCode = req.url === "/away" || req.url === "/broken" ? 500 : 200;
  res.end();
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
afterAll(() => server.close());

async function answerTo(path: string, id: string, more: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { "x-request-id": id, ...more } });
  return [answer.status, answer.headers.get("retry-after"), answer.headers.get("clear-site-data")];
}

test("a page that found the database away answers 503 and says when to come back", async () => {
  expect(await answerTo("/away", "one")).toEqual([503, "3", null]);
});

test("the next request of that id, other failures and other pages keep their status", async () => {
  expect(await answerTo("/away", "two")).toEqual([503, "3", null]);
  expect(await answerTo("/broken", "two")).toEqual([500, null, null]);
  expect(await answerTo("/fine", "three")).toEqual([200, null, null]);
});

test("only the answer to a sign-out makes the browser forget what it kept", async () => {
  expect(await answerTo("/signed-out", "four")).toEqual([200, null, '"storage"']);
  expect(await answerTo("/fine", "four")).toEqual([200, null, null]);
});

test("a page that is not there or not open says so with its status, but not where the browser draws it by itself", async () => {
  expect(await answerTo("/gone", "five")).toEqual([404, null, null]);
  expect(await answerTo("/closed", "five")).toEqual([403, null, null]);
  expect(await answerTo("/gone", "six", { rsc: "1" })).toEqual([200, null, null]);
  expect(await answerTo("/fine", "six")).toEqual([200, null, null]);
});
