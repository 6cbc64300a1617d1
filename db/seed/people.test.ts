import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { account, openPortal, person, sql } from "#tests/cast.ts";
import { withBareTables } from "./bare.ts";
import { isInUse, seedPeople } from "./people.ts";

let client: Client;
let accountId: string;

beforeAll(async () => {
  const url = await openPortal();
  accountId = await account("Seeded");
  client = new Client({ connectionString: url });
  await client.connect();
});

afterAll(() => client.end());

test("a portal with its first administrator alone is not in use; with anybody else it is", async () => {
  expect(await isInUse(client)).toBe(false);
  await person(accountId, ["Administrator"], "first");
  expect(await isInUse(client)).toBe(false);
  await person(accountId, ["Member"], "second");
  expect(await isInUse(client)).toBe(true);
});

test("people are made with a role, a group and an address each, and nobody can sign in as them", async () => {
  const told: number[] = [];
  expect(await seedPeople(client, { accountId, users: 1500, hash: hashPassword }, (made) => told.push(made))).toBe(
    1500,
  );
  expect(told).toEqual([1500]);
  const [made] = await sql(
    `select count(*)::int as people, count(distinct lower(email))::int as addresses, count(*) filter (where (password_hash is null) = (last_sign_in_at is null))::int as own,
       count(*) filter (where exists (select from user_roles where user_id = u.id and account_id = u.account_id))::int as roles,
       count(*) filter (where exists (select from group_members where user_id = u.id))::int as members,
       count(*) filter (where username ~ '^[a-z]+\\.[a-z]+[0-9]*$')::int as names
     from users u where email like '%@people.example'`,
  );
  expect(made).toEqual({ people: 1500, addresses: 1500, own: 1500, roles: 1500, members: 1500, names: 1500 });
});

test("nobody is made an administrator", async () => {
  const made = await sql(
    `select from user_roles g join roles r on r.id = g.role_id join users u on u.id = g.user_id
     where r.name = 'Administrator' and u.email like '%@people.example'`,
  );
  expect(made).toEqual([]);
});

test("more people come beside those who are there", async () => {
  expect(await seedPeople(client, { accountId, users: 500, passwordHash: "hash", hash: hashPassword }, () => {})).toBe(
    500,
  );
  const [made] = await sql("select count(*)::int as people from users where email like '%@people.example'");
  expect(made).toEqual({ people: 2000 });
});

test("whose name somebody has already is left out", async () => {
  await sql(
    "delete from users where id in (select id from users where email like '%@people.example' order by id limit 10)",
  );
  const made = await seedPeople(client, { accountId, users: 60, hash: hashPassword }, () => {});
  expect(made).toBeGreaterThanOrEqual(50);
  expect(made).toBeLessThan(60);
});

/** Every index, constraint and trigger of people, with what it is like. */
async function makeUp() {
  const rows = await sql(
    `select pg_get_indexdef(indexrelid) as what from pg_index where indrelid = 'users'::regclass
     union all select conname || pg_get_constraintdef(oid) from pg_constraint where conrelid = 'users'::regclass
     union all select tgname || tgenabled::text from pg_trigger where tgrelid = 'users'::regclass and not tgisinternal`,
  );
  return rows.map(({ what }) => String(what)).sort();
}

test("tables that were bare while they were filled have all their indexes, keys and triggers back", async () => {
  const before = await makeUp();
  await client.query("begin");
  await withBareTables(client, ["users"], async () => {
    const bare = await client.query("select from pg_indexes where tablename = 'users' and indexdef not like '%(id%'");
    expect(bare.rowCount).toBe(0);
  });
  await client.query("commit");
  expect(await makeUp()).toEqual(before);
});

test("who is taken into a bare table without an account is refused when the keys come back, and nothing stays", async () => {
  const stray = "insert into users (account_id, username, full_name, email) values ('1', 'stray', 'Stray', 'stray')";
  const before = await makeUp();
  await client.query("begin");
  const filled = withBareTables(client, ["users"], async () => void (await client.query(stray)));
  await expect(filled).rejects.toThrow("users_account_id_accounts_id_fk");
  await client.query("rollback");
  expect(await makeUp()).toEqual(before);
});
