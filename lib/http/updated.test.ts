import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { sayUpdated } from "./updated.ts";

/** What somebody is told whose form of before an update came in these chunks. */
async function toldAbout(chunks: Iterable<Buffer>): Promise<string> {
  const req = new IncomingMessage(new Socket());
  req.method = "POST";
  req.headers["content-type"] = "application/x-www-form-urlencoded";
  const res = new ServerResponse(req);
  const told = new Promise<string>((done) => {
    res.end = ((body: Buffer) => done(String(body))) as typeof res.end;
  });
  sayUpdated(req, res);
  for (const chunk of chunks) req.push(chunk);
  res.setHeader("x-nextjs-action-not-found", "1");
  res.writeHead(409).end();
  return told;
}

const maxBytes = 256 * 1024;
const formOf = (length: number) => Buffer.from(`name=nightly&description=${"x".repeat(length)}`.slice(0, length));

function* oneByOne(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
}

test("a form that comes byte by byte is kept without copying all of it for each", async () => {
  expect(await toldAbout(oneByOne(formOf(maxBytes)))).toContain("nightly");
});

test("of a form that is too long nothing is kept", async () => {
  const told = await toldAbout([formOf(maxBytes), Buffer.from("x")]);
  expect(told).toContain("The portal was updated");
  expect(told).not.toContain("nightly");
});
