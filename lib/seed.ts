import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import { hashPassword } from "#lib/core/hashing.ts";
import { departments, firstNames, lastNames, places, plain } from "./seed/names.ts";

/** Whom to make up: how many, in which account; with a hash they can sign in with its password, else not at all. */
export type Wanted = { accountId: string; users: number; passwordHash?: string };

const chunk = 20_000;

/** Is there anybody beyond the first administrator? Then somebody may count on what is there. */
export async function isInUse(client: Client): Promise<boolean> {
  const { rows } = await client.query("select exists (select from users offset 1) as used");
  return rows[0].used;
}

/**
 * Fills an account with made-up people: names, addresses at `people.example`, roles, groups, passkeys, sign-ins over the
 * last years. Postgres makes them itself, a chunk to a transaction, so that neither side holds many at a time. Tells
 * `made` after each chunk; answers how many there came to be.
 */
export async function seedPeople(client: Client, wanted: Wanted, made: (users: number) => void): Promise<number> {
  await client.query("set statement_timeout = 0");
  await client.query("set synchronous_commit = off");
  await makeGroups(client, wanted.accountId);
  const first = await countSeeded(client);
  const unknown = await hashPassword(randomBytes(32).toString("base64url"));
  let total = 0;
  for (let from = 0; from < wanted.users; from += chunk) {
    const count = Math.min(chunk, wanted.users - from);
    total += await makeChunk(client, { ...wanted, unknown }, first + from, count);
    made(total);
  }
  await client.query("vacuum analyze users, user_roles, group_members, passkeys");
  return total;
}

async function makeGroups(client: Client, accountId: string) {
  const names = departments.flatMap((department) => places.map((place) => `${department} ${place}`));
  const insert = `insert into groups (account_id, name, description)
    select $1, name, 'Made up by npm run seed' from unnest($2::text[]) name on conflict do nothing`;
  await client.query(insert, [accountId, names]);
}

async function countSeeded(client: Client): Promise<number> {
  const { rows } = await client.query("select count(*)::int as seeded from users where email like '%@people.example'");
  return rows[0].seeded;
}

// A serial number walks through all pairs of names in a jumbled order; a pair that comes again gets a number.
const insertPeople = `
  with given as (
    select n, 1 + pair % cardinality($5::text[]) as f, 1 + pair / cardinality($5::text[]) as l,
      coalesce(nullif(n / pairs, 0)::text, '') as again, random() as luck, random() as seen, random() as age
    from generate_series($2::bigint, $2::bigint + $3 - 1) n,
      lateral (select cardinality($5::text[]) * cardinality($7::text[]) as pairs) p,
      lateral (select (n * 7919 % pairs)::int as pair) q
  )
  insert into users (account_id, full_name, username, email, email_verified_at, password_hash, active, notifications_only,
    locked_until, locked_reason, invited_at, last_sign_in_at, created_at, modified_at)
  select $1, ($5::text[])[f] || ' ' || ($7::text[])[l], ($6::text[])[f] || '.' || ($8::text[])[l] || again,
    ($6::text[])[f] || '.' || ($8::text[])[l] || again || '@people.example',
    case when seen > 0.1 then now() end, coalesce($4, case when seen > 0.1 then $9::text end), luck > 0.04, luck between 0.04 and 0.05,
    case when luck between 0.05 and 0.055 then 'infinity'::timestamptz end,
    case when luck between 0.05 and 0.055 then 'Left their badge in the lobby' end,
    case when seen <= 0.1 then now() - age * interval '20 days' end,
    case when seen > 0.1 then now() - seen * seen * age * interval '3 years' end,
    now() - age * interval '3 years', now() - age * interval '3 years'
  from given on conflict do nothing returning id`;

const grantRoles = `
  insert into user_roles (user_id, role_id)
  select u.id, r.id from unnest($1::uuid[]) with ordinality as u(id, place)
  join roles r on r.account_id is null and r.name = case
    when place % 50 = 0 then 'Power User' when place % 20 = 0 then 'Read Only' else 'Member' end`;

const joinGroups = `
  insert into group_members (group_id, account_id, user_id)
  select g.id, $2, u.id from unnest($1::uuid[]) with ordinality as u(id, place)
  join (select id, row_number() over (order by name) as seat, count(*) over () as seats
        from groups where account_id = $2) g on g.seat = place % g.seats + 1`;

// Keys that exist nowhere: they make people count as those who have a second factor, and open nothing.
const addPasskeys = `
  insert into passkeys (user_id, name, credential_id, public_key, transports, aaguid, backed_up)
  select u.id, 'Made up', 'seed-' || u.id, '\\x00', '{}', '00000000-0000-0000-0000-000000000000', false
  from unnest($1::uuid[]) with ordinality as u(id, place) where place % 5 = 0`;

/** `unknown` is the hash of a password that nobody knows: who has been here without any would sign in elsewhere. */
type Told = Wanted & { unknown: string };

async function makeChunk(client: Client, { accountId, passwordHash, unknown }: Told, from: number, count: number) {
  await client.query("begin");
  const names = [firstNames, firstNames.map(plain), lastNames, lastNames.map(plain)];
  const { rows } = await client.query(insertPeople, [accountId, from, count, passwordHash ?? null, ...names, unknown]);
  const ids = rows.map(({ id }) => id);
  await client.query(grantRoles, [ids]);
  await client.query(joinGroups, [ids, accountId]);
  if (!passwordHash) await client.query(addPasskeys, [ids]);
  await client.query("commit");
  return ids.length;
}
