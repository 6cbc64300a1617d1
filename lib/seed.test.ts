import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account, openPortal, person, sql } from "#lib/testing/cast.ts";
import { isInUse, seedPeople } from "./seed.ts";

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
  expect(await seedPeople(client, { accountId, users: 1500 }, (made) => told.push(made))).toBe(1500);
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
  expect(await seedPeople(client, { accountId, users: 500, passwordHash: "hash" }, () => {})).toBe(500);
  const [made] = await sql("select count(*)::int as people from users where email like '%@people.example'");
  expect(made).toEqual({ people: 2000 });
});
