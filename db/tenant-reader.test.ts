import { sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { type Cast, openStage, sql as outside } from "#tests/cast.ts";
import { asSystem, type Db, readAsTenant, reader, transaction, withTenant } from "./client.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

const here = <T>(work: (tx: Db) => Promise<T>) => readAsTenant([cast.here], work);

const accountsOf = async (tx: Db) => {
  const { rows } = await tx.execute<{ id: string }>(sql`select distinct account_id as id from users order by 1`);
  return rows.map(({ id }) => id);
};

const whoAsks = async (tx: Db) => {
  const { rows } = await tx.execute(
    sql`select current_user::text as role, current_setting('latchkey.accounts', true) as accounts`,
  );
  return rows[0];
};

test("a read shows the rows of its accounts alone, at every statement, however many at once", async () => {
  const seen = await here((tx) => Promise.all(Array.from({ length: 20 }, () => accountsOf(tx))));
  expect(new Set(seen.flat())).toEqual(new Set([cast.here]));
  const both = await readAsTenant([cast.here, cast.there], accountsOf);
  expect(both).toEqual([cast.here, cast.there].sort());
});

test("with no account there is nothing to see", async () => {
  expect(await readAsTenant([], accountsOf)).toEqual([]);
});

test("the connection is nobody's when it is given back", async () => {
  await here((tx) => Promise.all(Array.from({ length: 10 }, () => accountsOf(tx))));
  const after = await Promise.all(Array.from({ length: 10 }, () => whoAsks(reader())));
  for (const who of after) expect(who).toEqual({ role: "latchkey", accounts: "" });
});

test("a write is refused, and what comes after it goes on as ever", async () => {
  const write = here((tx) => tx.execute(sql`update users set full_name = 'Changed'`));
  await expect(write).rejects.toMatchObject({ cause: { code: "25006" } });
  expect(await outside("select from users where full_name = 'Changed'")).toEqual([]);
  expect(await here(accountsOf)).toEqual([cast.here]);
});

test("what concerns two accounts sees both, and no more than before once it is done", async () => {
  await here(async (tx) => {
    expect(await asSystem(tx, accountsOf)).toEqual(expect.arrayContaining([cast.here, cast.there]));
    await expect(asSystem(tx, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await accountsOf(tx)).toEqual([cast.here]);
  });
});

test("a statement that fails to bind is not carried out", async () => {
  const stray = readAsTenant(["\u0000"], accountsOf);
  await expect(stray).rejects.toThrow();
  expect(await here(accountsOf)).toEqual([cast.here]);
});

test.each([
  ["a read", here],
  ["a transaction", (work: (tx: Db) => Promise<unknown>) => transaction((tx) => withTenant(tx, [cast.here], work))],
])("in %s, what runs beside work on all rows sees its own accounts alone", async (_, open) => {
  await open(async (tx) => {
    const seeAll = () => asSystem(tx, async (all) => [await accountsOf(all), await accountsOf(all)]);
    const [whole, ...others] = await Promise.all([seeAll(), ...Array.from({ length: 6 }, () => accountsOf(tx))]);
    for (const seen of whole) expect(seen).toEqual(expect.arrayContaining([cast.here, cast.there]));
    for (const seen of others) expect(seen).toEqual([cast.here]);
  });
});
