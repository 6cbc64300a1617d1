import { randomBytes, randomUUID } from "node:crypto";
import type { Client } from "pg";
import { withBareTables } from "./bare.ts";
import { copyInto, type Value } from "./copy.ts";
import { departments, places } from "./names.ts";
import { addressOf, columns, keyColumns, keyRow, personRow, roleOf, seededName } from "./people-rows.ts";

/**
 * Whom to make up: how many, in which account; with a hash they can sign in with its password, else not at all. `hash`
 * makes the one of a password: how passwords are kept is not for the database to know.
 */
type SeedInput = {
  accountId: string;
  users: number;
  passwordHash?: string;
  hash(password: string): Promise<string>;
};

const chunk = 20_000;

/** Is there anybody beyond the first administrator? Then somebody may count on what is there. */
export async function isInUse(client: Client): Promise<boolean> {
  const { rows } = await client.query("select exists (select from users offset 1) as used");
  return rows[0].used;
}

/**
 * Fills an account with made-up people: names, addresses at `people.example`, roles, groups, passkeys, sign-ins over
 * the last years. All or nothing, in one transaction; the rows go out a chunk at a time, so that neither side holds
 * many. Tells `made` after each chunk; answers how many there came to be. Where they are the most by far, indexes are
 * built anew at the end, and nobody else can read people until then.
 */
export async function seedPeople(client: Client, wanted: SeedInput, made: (users: number) => void): Promise<number> {
  await client.query("set statement_timeout = 0");
  await client.query("begin");
  try {
    const total = await pourIn(client, wanted, made);
    await client.query("commit");
    await client.query(`vacuum analyze ${tables.join(", ")}`);
    return total;
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

async function pourIn(client: Client, wanted: SeedInput, made: (users: number) => void): Promise<number> {
  await client.query("set local synchronous_commit = off");
  const fill = await prepare(client, wanted);
  let total = 0;
  const work = async () => {
    for (const numbers of chunks(fill.numbers)) {
      await copyChunk(client, fill, numbers);
      total += numbers.length;
      made(total);
    }
  };
  if (fill.isMost) await withBareTables(client, tables, work);
  else await work();
  return total;
}

const tables = ["users", "user_roles", "group_members", "passkeys"];

/** What the rows are made of. `numbers` are the serial numbers of the people, those left out whose names are taken. */
export type Fill = SeedInput & {
  numbers: number[];
  isMost: boolean;
  unknown: string;
  groups: string[];
  roles: Map<string, string>;
};

async function prepare(client: Client, wanted: SeedInput): Promise<Fill> {
  const groups = await makeGroups(client, wanted.accountId);
  const { rows: global } = await client.query("select id, name from roles where account_id is null");
  const { rows: counts } = await client.query(
    "select count(*)::int as people, count(*) filter (where email like '%@people.example')::int as seeded from users",
  );
  const { people, seeded } = counts[0];
  return {
    ...wanted,
    numbers: await freeNumbers(client, seeded, wanted.users),
    isMost: wanted.users >= chunk && wanted.users > people,
    // Who has been here without any password would sign in elsewhere.
    unknown: await wanted.hash(randomBytes(32).toString("base64url")),
    groups,
    roles: new Map(global.map(({ id, name }) => [name, id])),
  };
}

async function makeGroups(client: Client, accountId: string): Promise<string[]> {
  const names = departments.flatMap((department) => places.map((place) => `${department} ${place}`));
  const insert = `insert into groups (account_id, name, description)
    select $1, name, 'Made up by npm run seed' from unnest($2::text[]) name on conflict do nothing`;
  await client.query(insert, [accountId, names]);
  const { rows } = await client.query("select id from groups where account_id = $1 order by name", [accountId]);
  return rows.map(({ id }) => id);
}

async function freeNumbers(client: Client, first: number, count: number): Promise<number[]> {
  const free: number[] = [];
  for (const numbers of chunks(Array.from({ length: count }, (_, place) => first + place))) {
    const names = numbers.map((n) => seededName(n).username);
    const { rows } = await client.query(takenNames, [names, names.map(addressOf)]);
    const taken = new Set(rows.map(({ name }) => name));
    free.push(...numbers.filter((_, place) => !taken.has(names[place])));
  }
  return free;
}

const takenNames = `
  select lower(username) as name from users where lower(username) in (select unnest($1::text[]))
  union select split_part(lower(email), '@', 1) from users where lower(email) in (select unnest($2::text[]))
  union select split_part(lower(email), '@', 1) from api_users where lower(email) in (select unnest($2::text[]))`;

function* chunks<T>(all: T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += chunk) yield all.slice(from, from + chunk);
}

async function copyChunk(client: Client, fill: Fill, numbers: number[]) {
  const { accountId, groups } = fill;
  const people = numbers.map((n, place) => ({ n, place, id: randomUUID() }));
  const copy = (into: string, rows: Value[][]) => copyInto(client, into, rows);
  await copy(
    `users (${columns})`,
    people.map(({ id, n }) => personRow(id, n, fill)),
  );
  await copy(
    "user_roles (user_id, account_id, role_id)",
    people.map(({ id, place }) => [id, accountId, roleOf(place, fill)]),
  );
  const groupOf = (place: number) => groups[place % groups.length] ?? null;
  await copy(
    "group_members (group_id, account_id, user_id)",
    people.map(({ id, place }) => [groupOf(place), accountId, id]),
  );
  if (fill.passwordHash) return;
  await copy(
    `passkeys (${keyColumns})`,
    people.filter(({ place }) => place % 5 === 0).map(({ id }) => keyRow(id)),
  );
}
