import { sql } from "drizzle-orm";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asRefusal } from "#lib/core/errors.ts";
import { freshDatabase } from "#tests/database.ts";
import { type Db, openPools, primaryPool, transaction } from "./client.ts";

let outside: Pool;

beforeAll(async () => {
  const url = await freshDatabase();
  openPools({ url });
  outside = new Pool({ connectionString: url });
  afterAll(() => Promise.all([outside.end(), primaryPool().end()]));
});

const lent = () => primaryPool().totalCount - primaryPool().idleCount;

const pidOf = async (tx: Db) => (await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)).rows[0]?.pid;

test("a connection that dies in a transaction ends the transaction, not the process", async () => {
  const work = transaction(async (tx) => {
    await outside.query("select pg_terminate_backend($1)", [await pidOf(tx)]);
    await new Promise((passed) => setTimeout(passed, 100));
    await tx.execute(sql`select 1`);
  });
  const refusal = await work.then(() => undefined, asRefusal);
  expect(refusal?.status).toBe(503);
  // The pool counts a dead connection until its socket has closed.
  await expect.poll(lent).toBe(0);
});

test("a statement that comes after its transaction failed begins no other", async () => {
  let straggler: Promise<unknown> = Promise.resolve();
  const work = transaction(async (tx) => {
    await tx.execute(sql`select 1`);
    straggler = new Promise((passed) => setTimeout(passed, 50)).then(() => tx.execute(sql`select 2`));
    straggler.catch(() => {});
    throw new Error("no");
  });
  await expect(work).rejects.toThrow("no");
  await expect(straggler).rejects.toThrow();
  expect(lent()).toBe(0);
});
