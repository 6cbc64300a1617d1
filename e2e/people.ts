import { randomInt, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hash } from "@node-rs/argon2";
import { encode } from "next-auth/jwt";
import { Pool } from "pg";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";

/** Somebody who exists for one test, alone in an account of their own. */
export type Person = {
  id: string;
  accountId: string;
  username: string;
  fullName: string;
  email: string;
  password: string;
};

type Wishes = {
  role?: "Administrator" | "Read Only" | "Member" | null;
  fullName?: string;
  verified?: boolean;
  lockedFields?: Record<string, string>;
  /** An account that is there; one of their own unless it is named. */
  accountId?: string;
};

const password = "Nine-Amber-Kites-27";
const hashed = hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });

let pool: Pool | undefined;

/**
 * Runs one statement in the database of the portal under test; over connections that stay, since each costs a process.
 */
export async function query(text: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  pool ??= openPool();
  return (await pool.query(text, values)).rows;
}

function openPool() {
  const opened = new Pool({
    connectionString: databaseUrl(),
    max: 2,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: true,
  });
  // The portal may stop before the test's process does; a statement on a lost connection still fails by itself.
  return opened.on("error", () => {});
}

/** Where that database is: the portal under test runs its own, whose port and password stand in its folder. */
function databaseUrl(): string {
  const { E2E_DATABASE_URL, E2E_DATA_DIR = "" } = process.env;
  if (E2E_DATABASE_URL) return E2E_DATABASE_URL;
  const read = (file: string) => readFileSync(join(E2E_DATA_DIR, "postgres", file), "utf8").split("\n");
  const [password] = read("latchkey-password");
  return `postgres://latchkey:${password}@127.0.0.1:${read("postmaster.pid")[3]}/latchkey`;
}

/** Makes a person; a Member unless another role, or none (`null`), is wished for. */
export async function makePerson({
  role = "Member",
  fullName = "Noor Haddad",
  verified = true,
  lockedFields = {},
  accountId: given,
}: Wishes = {}): Promise<Person> {
  const id = randomUUID();
  const accountId = given ?? (await makeAccount());
  const username = `noor-${id.slice(0, 8)}`;
  const email = `${username}@example.com`;
  await query(
    `insert into users (id, account_id, username, full_name, email, locked_fields, password_hash, password_changed_at,
       email_verified_at)
     values ($1, $2, $3, $4, $5, $6, $7, now(), case when $8 then now() end)`,
    [id, accountId, username, fullName, email, JSON.stringify(lockedFields), await hashed, verified],
  );
  await query(
    "insert into user_roles (user_id, role_id) select $1, id from roles where account_id is null and name = $2",
    [id, role],
  );
  return { id, accountId, username, fullName, email, password };
}

/** Opens a session as signing in with a password does; the cookie a browser holds for it. */
export async function openSession({ id, accountId }: Person): Promise<{ name: string; value: string }> {
  const session = mintSecret("ses");
  await query(
    `with noted as (update users set last_sign_in_at = now() where id = $1)
     insert into sessions (user_id, account_id, secret_hash, kind, factors, address, agent, idle_minutes,
       expires_at, proven_at, fresh_until)
     values ($1, $2, $3, 'browser', '{password}', '127.0.0.1', 'HeadlessChrome/1', 60,
       now() + interval '24 hours', now(), now() + interval '15 minutes')`,
    [id, accountId, hashSecret(session)],
  );
  const name = "latchkey";
  return { name, value: await encode({ token: { secret: session }, secret: authSecret(), salt: name }) };
}

/** What the portal under test seals its cookies with. */
function authSecret(): string {
  const { AUTH_SECRET, E2E_DATA_DIR = "" } = process.env;
  if (AUTH_SECRET) return AUTH_SECRET;
  return JSON.parse(readFileSync(join(E2E_DATA_DIR, "keys.json"), "utf8")).AUTH_SECRET;
}

/** Ends every session of a person, as time or an administrator would. */
export const endSessions = ({ id }: Person) => query("delete from sessions where user_id = $1", [id]);

/** Leaves a mail to somebody undelivered, as when the mail server refused it for hours. */
export async function leaveUndelivered({ id, email }: Person) {
  const mail = { id: randomUUID(), userId: id, to: email, subject: "Out of luck", paragraphs: ["Hello,"] };
  await query(
    `insert into jobs.job (name, data, output, source_name, source_created_on, source_retry_count)
     values ('undelivered', $1, '{"message": "550 no such mailbox"}', 'mail', now(), 12)`,
    [JSON.stringify(mail)],
  );
}

/** A token that was used from two networks and refused from a third one; its id. */
export async function leaveToken({ id, accountId }: Person): Promise<string> {
  const tokenId = randomUUID();
  await query(
    `insert into tokens (id, user_id, account_id, name, scopes, secret_hash, last_four, expires_at, last_used_at, last_used_agent)
     values ($1, $2, $3, 'nightly export', '{Tasks}', sha256(random()::text::bytea), 'x3Fq', now() + interval '9 days',
       now() - interval '2 hours', 'curl/8.5.0')`,
    [tokenId, id, accountId],
  );
  await query(
    `insert into token_uses (token_id, account_id, kind, what, agent, count) values
       ($1, $2, 'network', '198.51.100.0/24', 'curl/8.5.0', 1204), ($1, $2, 'network', '2001:db8:7::/48', 'Python/3.13', 3),
       ($1, $2, 'routes', 'me/tokens', '', 7), ($1, $2, 'routes', 'users', '', 1200),
       ($1, $2, 'refusal', 'address_not_allowed 203.0.113.9', 'curl/8.5.0', 2)`,
    [tokenId, accountId],
  );
  return tokenId;
}

/** An account with a number that nobody has: drawn anew where it is taken, for two processes draw at once. */
async function makeAccount(): Promise<string> {
  const id = String(randomInt(10_000_000, 100_000_000));
  const insert = "insert into accounts (id, name) values ($1, 'Harbour Logistics') on conflict do nothing returning id";
  const [made] = await query(insert, [id]);
  return made ? id : makeAccount();
}
