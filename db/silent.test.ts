import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, expect, test } from "vitest";
import { asRefusal } from "#lib/core/errors.ts";
import { freshDatabase } from "#tests/database.ts";
import { closePools, openPools, primaryPool } from "./client.ts";

test("a database that falls silent without hanging up is unavailable, and used again when it speaks", async () => {
  const link = await linkTo(await freshDatabase());
  openPools({ url: link.url });
  afterAll(closePools);
  const ask = () => primaryPool().query("select 1");
  await ask();
  link.silence(true);
  const refusal = await ask().then(() => undefined, asRefusal);
  expect(refusal?.status).toBe(503);
  link.silence(false);
  expect((await ask()).rows).toHaveLength(1);
});

/** A way to the database that can be made to swallow everything. */
async function linkTo(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((here) => {
    const there = connect(Number(target.port), target.hostname);
    here.pipe(there).pipe(here);
    for (const socket of [here, there]) sockets.add(socket.on("error", () => socket.destroy()));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const silence = (on: boolean) => {
    for (const socket of sockets) on ? socket.pause() : socket.resume();
  };
  return { url: Object.assign(new URL(url), { port: String((server.address() as AddressInfo).port) }).href, silence };
}
