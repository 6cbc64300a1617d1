import pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import { primaryPool } from "#db/client.ts";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { auditRow, settled } from "#tests/samples/audit.ts";
import { sealFinished } from "./chain.ts";
import { verifyChain } from "./verify.ts";

let cast: Cast;

beforeEach(async () => {
  cast = await openStage();
});

const seals = () => sql<{ position: string; entry_id: string }>("select * from audit_seals order by position");
const sealedIds = async () => (await seals()).map(({ entry_id }) => Number(entry_id));

/** What somebody does who owns the tables, and whom no trigger holds back. */
async function tamper(table: string, statement: string, ...values: unknown[]) {
  await sql(`alter table ${table} disable trigger all`).catch(() => sql(`alter table ${table} disable trigger user`));
  await sql(statement, ...values);
  await sql(`alter table ${table} enable trigger user`);
}

async function record(count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 0; n < count; n++) ids.push(await auditRow(cast.ben, { details: { n, name: "ü" } }));
  return ids;
}

async function seal() {
  await settled();
  return sealFinished();
}

async function verify() {
  await settled();
  return verifyChain();
}

describe("sealing", () => {
  test("links every finished entry once, in order, and goes on where it was", async () => {
    const first = await record(3);
    expect(await seal()).toBe(3);
    expect(await seal()).toBe(0);
    const second = await record(2);
    await settled();
    await Promise.all([sealFinished(), sealFinished(), sealFinished()]);
    expect(await sealedIds()).toEqual([...first, ...second]);
    expect(await verify()).toMatchObject({ position: 5, entryId: second[1], broken: null });
  });

  test("waits for what is not finished, and takes a lower id that commits later", async () => {
    const slow = await primaryPool().connect();
    await slow.query("begin");
    const late = await slow.query(
      "insert into audit_entries (account_id, action, result) values ($1, 'slow.one', 'done') returning id",
      [cast.here],
    );
    const [quick] = await record(1);
    await seal();
    expect(await sealedIds()).toEqual([]);
    await slow.query("commit");
    slow.release();
    await seal();
    expect(await sealedIds()).toEqual([Number(late.rows[0].id), quick]);
    expect((await verify()).broken).toBeNull();
  });

  test("takes an entry whose transaction began before, but drew its id late", async () => {
    const slow = await primaryPool().connect();
    await slow.query("begin");
    await slow.query("select now()");
    const ids = await record(2);
    await seal();
    const { rows } = await slow.query(
      "insert into audit_entries (account_id, action, result) values ($1, 'slow.two', 'done') returning id",
      [cast.here],
    );
    await slow.query("commit");
    slow.release();
    await seal();
    expect(await sealedIds()).toEqual([...ids, Number(rows[0].id)]);
    expect((await verify()).broken).toBeNull();
  });

  test("killed in the middle, leaves nothing by half, and goes on", async () => {
    const ids = await record(4);
    // A connection of another's holds the last place: the sealer waits for it, and is killed while it does.
    const holder = new pg.Client({ connectionString: cast.url });
    await holder.connect();
    await holder.query("begin; lock table audit_seals in share mode");
    const sealing = sealFinished().catch((error: Error) => error);
    await expect.poll(() => waiting()).toBe(1);
    await sql(
      "select pg_terminate_backend(pid) from pg_locks where not granted and relation = 'audit_seals'::regclass",
    );
    expect(await sealing).toBeInstanceOf(Error);
    await holder.end();
    expect(await seals()).toEqual([]);
    await seal();
    expect(await sealedIds()).toEqual(ids);
    expect((await verify()).broken).toBeNull();
  });
});

async function waiting(): Promise<number> {
  const [row] = await sql<{ count: number }>(
    "select count(*)::int from pg_locks where not granted and relation = 'audit_seals'::regclass",
  );
  return row?.count ?? 0;
}

describe("verifying finds", () => {
  const brokenAt = async () => (await verify()).broken;

  test.each([
    ["action", "update audit_entries set action = 'other' where id = $1"],
    ["instant, by a microsecond", "update audit_entries set at = at + interval '1 microsecond' where id = $1"],
    ["actor", "update audit_entries set actor_id = gen_random_uuid() where id = $1"],
    ["impersonator", "update audit_entries set impersonator_id = gen_random_uuid() where id = $1"],
    ["details", `update audit_entries set details = details || '{"n": 7}' where id = $1`],
    ["nothing by an empty text", "update audit_entries set code = '' where id = $1"],
  ])("a changed entry: its %s", async (_, statement) => {
    const ids = await record(4);
    await seal();
    await tamper("audit_entries", statement, ids[2]);
    const { position, entryId, broken } = await verify();
    expect([position, entryId]).toEqual([2, ids[1]]);
    expect(broken).toEqual({ position: 3, problem: `entry ${ids[2]} was changed, or its link` });
  });

  test("an entry that is gone, with or without its link", async () => {
    const ids = await record(4);
    await seal();
    await tamper("audit_entries", "delete from audit_entries where id = $1", ids[1]);
    expect(await brokenAt()).toEqual({ position: 2, problem: `entry ${ids[1]} is gone` });
    await tamper("audit_seals", "delete from audit_seals where entry_id = $1", ids[1]);
    expect(await brokenAt()).toEqual({ position: 2, problem: "the link itself is gone" });
  });

  test("an entry that was put in later, between others", async () => {
    const ids = await record(2);
    await sql("select setval(pg_get_serial_sequence('audit_entries', 'id'), $1)", (ids[1] ?? 0) + 1);
    await sql(`insert into audit_entries (at, account_id, action, result) overriding system value
      values (now() + interval '2 hours', '${cast.here}', 'later.one', 'done')`);
    await seal();
    const between = (ids[1] ?? 0) + 1;
    await sql(
      `insert into audit_entries (id, at, account_id, action, result) overriding system value
       values ($1, now(), $2, 'forged.one', 'done')`,
      between,
      cast.here,
    );
    expect(await brokenAt()).toEqual({ position: 4, problem: `entry ${between} was put in afterwards, dated back` });
  });

  test("an entry between others that is far too old to be sealed by now", async () => {
    const [first = 0] = await record(1);
    await sql("select setval(pg_get_serial_sequence('audit_entries', 'id'), $1)", first + 100_000);
    await sql(
      "insert into audit_entries (at, action, result) values (now() + interval '2 hours', 'later.one', 'done')",
    );
    await seal();
    await sql(
      "insert into audit_entries (id, action, result) overriding system value values ($1, 'forged.one', 'done')",
      first + 1,
    );
    expect(await brokenAt()).toMatchObject({
      problem: expect.stringContaining(`entry ${first + 1} stands in no link`),
    });
  });

  test("a chain that was cut, or made anew from changed entries", async () => {
    const ids = await record(4);
    expect(await brokenAt()).toBeNull();
    await tamper("audit_seals", "delete from audit_seals where position > 3");
    await tamper("audit_entries", "delete from audit_entries where id = $1", ids[3]);
    expect(await brokenAt()).toMatchObject({ position: 4, problem: expect.stringContaining("known to reach link 4") });
    await tamper("audit_seals", "delete from audit_seals");
    await tamper("audit_entries", "update audit_entries set action = 'other' where id = $1", ids[0]);
    await record(1);
    expect(await brokenAt()).toMatchObject({ position: 4, problem: expect.stringContaining("written anew") });
  });

  test("nothing where nothing is wrong, also in an empty log, and keeps what came of it", async () => {
    expect(await verify()).toMatchObject({ position: 0, entryId: null, broken: null });
    const [id] = await record(1);
    await verify();
    const checks = await sql("select position, entry_id, broken_position from audit_checks order by id");
    expect(checks).toEqual([
      { position: "0", entry_id: null, broken_position: null },
      { position: "1", entry_id: String(id), broken_position: null },
    ]);
    await expect(sql("delete from audit_checks")).rejects.toThrow("append-only");
  });
});
