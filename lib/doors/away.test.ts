import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { noteAway, sayAway } from "./away.ts";

const server = createServer((req, res) => {
  const id = String(req.headers["x-request-id"]);
  sayAway(res, id);
  if (req.url === "/away") noteAway(id);
  res.statusCode = req.url === "/fine" ? 200 : 500;
  res.end();
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
afterAll(() => server.close());

async function answerTo(path: string, id: string) {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { "x-request-id": id } });
  return [answer.status, answer.headers.get("retry-after")];
}

test("a page that found the database away answers 503 and says when to come back", async () => {
  expect(await answerTo("/away", "one")).toEqual([503, "3"]);
});

test("the next request of that id, other failures and other pages keep their status", async () => {
  expect(await answerTo("/away", "two")).toEqual([503, "3"]);
  expect(await answerTo("/broken", "two")).toEqual([500, null]);
  expect(await answerTo("/fine", "three")).toEqual([200, null]);
});
