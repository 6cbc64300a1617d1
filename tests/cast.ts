import { hash as hashOf, randomBytes, randomUUID } from "node:crypto";
import { afterAll } from "vitest";
import { closePools, openPools, primaryPool, transaction } from "#db/client.ts";
import { overrideJob } from "#lib/access/over/override-notices.ts";
import { ensureGlobalRoles, type GlobalRole } from "#lib/access/roles/global-roles.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { startJobs, stopJobs } from "#lib/core/jobs.ts";
import { mailJob } from "#lib/core/mail/queue.ts";
import { noticeJob } from "#lib/notifications/deliver.ts";
import { foldJob } from "#lib/notifications/folding.ts";
import { webhookJob } from "#lib/notifications/webhook/calls.ts";
import { webhookTroubleJob } from "#lib/notifications/webhook/trouble.ts";
import { resetJob } from "#lib/sign-in/resets/mail.ts";
import { provisioningJobs } from "#lib/vault/provisioning/jobs.ts";
import { freshDatabase } from "./database.ts";
import { configure } from "./settings.ts";

/** Somebody in a test, with the password they would type. */
export type Person = {
  id: string;
  accountId: string;
  username: string;
  fullName: string;
  email: string;
  password: string;
};

/** The people every story is told with: Ada runs the account, Ben is in it, Cleo has no role; Dan runs another one. */
export type Cast = { url: string; here: string; there: string; ada: Person; ben: Person; cleo: Person; dan: Person };

export type RoleName = GlobalRole;

/** Every secret that the tests of this file handed out: none of them may turn up where it has no business. */
export const handedOut = new Set<string>();

/** Test machines are busy. */
const patience = 10;

const password = "Violet-Kettle-29";
let hash: Promise<string> | undefined;

/** Opens an empty portal: a migrated database of the test file's own, with the global roles and nobody in it. */
export async function openPortal(settings: Record<string, string> = {}): Promise<string> {
  configure(settings);
  const url = await freshDatabase();
  openPools({ url, patience });
  afterAll(async () => {
    await stopJobs();
    await closePools();
  });
  await transaction(ensureGlobalRoles);
  await startJobs([
    ...[mailJob, noticeJob, foldJob, webhookTroubleJob, webhookJob, resetJob, overrideJob],
    ...provisioningJobs,
  ]);
  return url;
}

/** Opens a portal with two accounts and the cast in them. */
export async function openStage(settings: Record<string, string> = {}): Promise<Cast> {
  const url = await openPortal(settings);
  const [here, there] = [await account("Quarry"), await account("Zenith")];
  const ada = await person(here, ["Administrator"], "ada");
  const ben = await person(here, ["Member"], "ben");
  const cleo = await person(here, [], "cleo");
  const dan = await person(there, ["Administrator"], "dan");
  return { url, here, there, ada, ben, cleo, dan };
}

/** Runs SQL as the clock, the administrator or the attacker of a story would; answers its rows. */
export async function sql<Row extends object = Record<string, unknown>>(
  text: string,
  ...values: unknown[]
): Promise<Row[]> {
  return (await primaryPool().query<Row>({ name: values.length ? nameOf(text) : undefined, text, values })).rows;
}

const asked = new Map<string, number>();

/** The name under which a statement is prepared that is asked again and again: planning is most of what it costs. */
function nameOf(text: string): string | undefined {
  const before = asked.get(text) ?? 0;
  asked.set(text, before + 1);
  return before < 3 ? undefined : hashOf("sha1", text);
}

// One after the other: among thousands, two drawn by lot would be the same now and then.
let accounts = 10_000_000;

/** Makes an account; its id. */
export async function account(name: string): Promise<string> {
  const id = String(++accounts);
  await sql("insert into accounts (id, name) values ($1, $2)", id, name);
  return id;
}

let newcomers = 0;

/** Makes somebody, with these roles. */
export async function person(accountId: string, roles: RoleName[], name = `guest${++newcomers}`): Promise<Person> {
  hash ??= hashPassword(password);
  const [email, fullName] = [`${name}@example.org`, `Somebody ${name}`];
  const [made] = await sql<{ id: string }>(
    `with made as (insert into users (account_id, username, full_name, email, password_hash, email_verified_at)
       values ($1, $2, $3, $4, $5, now()) returning id, account_id),
     granted as (insert into user_roles (user_id, account_id, role_id)
       select made.id, made.account_id, r.id from made, roles r where r.account_id is null and r.name = any($6))
     select id from made`,
    accountId,
    name,
    fullName,
    email,
    await hash,
    roles,
  );
  if (!made) throw new Error("nobody was made");
  return { id: made.id, accountId, username: name, fullName, email, password };
}

/** Gives somebody a global role. */
export const grant = (userId: string, role: string) =>
  sql("insert into user_roles (user_id, role_id) select $1, id from roles where name = $2", userId, role);

/** Takes every role away. */
export const takeRoles = (userId: string) => sql("delete from user_roles where user_id = $1", userId);

/** Makes a role with these permissions and gives it to somebody. */
export async function grantOwn(userId: string, role: string, permissions: Record<string, string>): Promise<void> {
  await sql("insert into roles (name, permissions) values ($1, $2)", role, permissions);
  await grant(userId, role);
}

type TokenRow = { name?: string; createdAt?: string; expiresAt?: string | null; lastUsedAt?: string | null };

/** Puts a token on somebody's list that nobody holds the secret of; its id. Instants are SQL, e.g. `now()`. */
export async function tokenRow({ id, accountId }: Person, row: TokenRow = {}): Promise<string> {
  const {
    name = randomUUID(),
    createdAt = "now()",
    expiresAt = "now() + interval '30 days'",
    lastUsedAt = "null",
  } = row;
  const [made] = await sql<{ id: string }>(
    `insert into tokens (account_id, user_id, name, scopes, secret_hash, last_four, created_at, expires_at, last_used_at)
     values ($1, $2, $3, '{profile:read}', $4, 'none', ${createdAt}, ${expiresAt ?? "null"}, ${lastUsedAt}) returning id`,
    accountId,
    id,
    name,
    randomBytes(32),
  );
  return made?.id ?? "";
}

/** Lets an account manage another one, with these rights. */
export const manage = (managingId: string, managedId: string, rights = ["*:managed:*:*"]) =>
  sql(
    "insert into account_relations (kind, managing_id, managed_id, rights) values ('managed', $1, $2, $3)",
    managingId,
    managedId,
    rights,
  );
