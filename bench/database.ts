import { Client } from "pg";
import type { Embedded } from "#db/embedded/start.ts";
import { migrate } from "#db/migrate.ts";
import { globalRoles } from "#lib/access/roles/global-roles.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";

/** What a measure needs of its database: where it is, and the secrets of tokens in it. */
export type Seeded = { url: string; secrets: string[] };

export const account = "10000001";
export const password = "correct-Horse-7-battery";
export const nameOf = (person: number) => `person-${person}`;

/** Makes a migrated database of this name with so many people, members all, each with a token. */
export async function makeDatabase(postgres: Embedded, name: string, people: number): Promise<Seeded> {
  await run(postgres.superuserUrl, `create database ${name} owner latchkey`);
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  await migrate(url.href);
  const secrets = Array.from({ length: people }, () => mintSecret("pat"));
  await withClient(url.href, async (client) => {
    await makePeople(client, people);
    await giveTokens(client, secrets);
    await client.query("vacuum analyze");
  });
  return { url: url.href, secrets };
}

async function makePeople(client: Client, people: number) {
  const hash = await hashPassword(password);
  await client.query("insert into accounts (id, name) values ($1, 'Bench')", [account]);
  for (const [name, permissions] of Object.entries(globalRoles))
    await client.query("insert into roles (name, permissions) values ($1, $2)", [name, permissions]);
  await client.query(
    `insert into users (account_id, username, full_name, email, password_hash)
     select $1, 'person-' || n, 'Person ' || n, 'person-' || n || '@example.org', $3 from generate_series(0, $2::int - 1) n`,
    [account, people, hash],
  );
  await client.query(
    "insert into user_roles (user_id, role_id) select u.id, r.id from users u, roles r where r.name = 'Member'",
  );
}

const scopes = ["Session", "APIKey", "profile:read"];

function giveTokens(client: Client, secrets: string[]) {
  return client.query(
    `insert into tokens (account_id, user_id, name, scopes, secret_hash, last_four, expires_at)
     select u.account_id, u.id, 'own', $3, s.hash, 'abcd', now() + interval '30 days'
     from unnest($1::text[], $2::bytea[]) as s(username, hash) join users u on u.username = s.username`,
    [secrets.map((_, person) => nameOf(person)), secrets.map(hashSecret), scopes],
  );
}

/** Adds so many tokens that nobody holds the secret of, spread over the people, the first one left out. */
async function addTokens({ url }: Seeded, count: number): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(
      `insert into tokens (account_id, user_id, name, scopes, secret_hash, last_four, expires_at)
       select p.account_id, p.id, 'token-' || n, array['Session', 'Tasks'], sha256(n::text::bytea), 'abcd',
         now() + interval '30 days'
       from generate_series(1, $1::int) n
       join (select account_id, id, row_number() over () as place, count(*) over () as people
             from users where username <> '${nameOf(0)}') p on p.place = n % p.people + 1`,
      [count],
    );
    await client.query("vacuum analyze tokens");
  });
}

/** Gives the first person so many tokens more. */
async function addOwnTokens({ url }: Seeded, count: number): Promise<void> {
  const text = `insert into tokens (account_id, user_id, name, scopes, secret_hash, last_four, expires_at)
    select u.account_id, u.id, 'mine-' || n, array['Session', 'Tasks'], sha256(('mine' || n)::bytea), 'abcd',
      now() + interval '30 days'
    from generate_series(1, ${count}) n, users u where u.username = '${nameOf(0)}'`;
  await withClient(url, async (client) => {
    await client.query(text);
    await client.query("vacuum analyze tokens");
  });
}

/** Binds every token to addresses, the load's own among them. */
async function bindTokens({ url }: Seeded): Promise<void> {
  const list = ["198.51.100.0/24", "2001:db8::/32", "10.0.0.0/8", "203.0.113.7", "127.0.0.0/8"];
  await withClient(url, async (client) => {
    await client.query("update tokens set allowed_addresses = $1", [list]);
    await client.query("vacuum analyze tokens");
  });
}

type Make = () => Promise<Seeded>;

/** The databases of the measures, each made when it is first wanted; `postgres` is for those who make their own. */
export type Databases = Record<"thousand" | "bound" | "million" | "crowd" | "lone" | "crowded" | "factors", Make> & {
  postgres: Embedded;
};

export function makeDatabases(postgres: Embedded): Databases {
  const once = (name: string, people: number, others: number, own = 0) => {
    let made: Promise<Seeded> | undefined;
    return () => {
      made ??= fill(postgres, `bench_${name}`, people, others, own);
      return made;
    };
  };
  const unbound = once("bound", 200, 800);
  return {
    thousand: once("thousand", 200, 800),
    async bound() {
      const database = await unbound();
      await bindTokens(database);
      return database;
    },
    million: once("million", 200, 999_800),
    crowd: once("crowd", 5000, 0),
    lone: once("lone", 11, 0, 25),
    crowded: once("crowded", 11, 99_990, 25),
    factors: once("factors", 80, 0),
    postgres,
  };
}

async function fill(postgres: Embedded, name: string, people: number, others: number, own: number) {
  const database = await makeDatabase(postgres, name, people);
  if (others) await addTokens(database, others);
  if (own) await addOwnTokens(database, own);
  await run(postgres.superuserUrl, "checkpoint");
  return database;
}

const run = (url: string, text: string) => withClient(url, (client) => client.query(text));

/** Works with a connection of its own. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
