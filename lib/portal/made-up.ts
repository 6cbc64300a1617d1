import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { Client } from "pg";
import { primary, transaction } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import { seedPeople } from "#db/seed/people.ts";
import { createRole } from "#lib/access/roles/create.ts";
import type { FirstAccount, FirstAdministrator } from "#lib/accounts/setup.ts";
import type { Caller } from "#lib/core/actor.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { execute } from "#lib/core/execute.ts";
import { authenticateSecret } from "#lib/credentials/authenticate.ts";
import { env } from "#lib/env.ts";
import { createApiUser } from "#lib/machines/api-users/create.ts";
import { createGroup } from "#lib/people/groups/create.ts";
import { endSession, openSession } from "#lib/sign-in/sessions/operations.ts";
import { createToken } from "#lib/tokens/create.ts";

const isDevelopment = () => env().NODE_ENV === "development";

/** Who administers an empty portal in development where the settings name nobody; never anywhere else. */
export const developer = (): FirstAdministrator | undefined =>
  isDevelopment() ? { email: "admin@example.com", password: randomPassword() } : undefined;

/** Whatever its random part, it fits the password rules. */
const randomPassword = () => `Try-${randomBytes(12).toString("base64url")}-1`;

const peopleCount = 60;

/**
 * Fills a portal whose first account was made just now with made-up people, groups, a role, an API user and tokens, so
 * that no list is empty. In development only.
 */
export async function fillEmptyPortal(url: string, { made }: FirstAccount): Promise<void> {
  if (!made || !isDevelopment()) return;
  const administrator = await findAdministrator(made);
  await makePeople(url, administrator.accountId);
  const caller = await signedIn(administrator);
  await makeThings(caller);
  await execute(endSession, caller, {});
}

async function findAdministrator(username: string) {
  const columns = { id: users.id, accountId: users.accountId, account: accounts };
  const of = primary().select(columns).from(users).innerJoin(accounts, eq(accounts.id, users.accountId));
  const [found] = await of.where(eq(users.username, username));
  if (!found) throw new Error("the first administrator is gone");
  return found;
}

type Administrator = Awaited<ReturnType<typeof findAdministrator>>;

async function makePeople(url: string, accountId: string) {
  const client = new Client({ connectionString: url, application_name: "latchkey development" });
  await client.connect();
  try {
    await seedPeople(client, { accountId, users: peopleCount, hash: hashPassword }, () => {});
  } finally {
    await client.end();
  }
}

/** The administrator, as if they had just signed in. */
async function signedIn(administrator: Administrator): Promise<Caller> {
  const from = { address: "127.0.0.1", agent: "npm run dev", requestId: "development" };
  const unknown = { ...from, who: async () => null };
  const how = { kind: "api" as const, factors: ["password"] };
  const { token } = await transaction((tx) => openSession(tx, unknown, administrator, how));
  return { ...from, who: () => authenticateSecret(token, from) };
}

async function makeThings(caller: Caller) {
  const permissions = { "*:own:list:*": "allowed", "*:own:get:*": "allowed" } as const;
  const role = { name: "Auditors", description: "Look at everything, change nothing", permissions };
  const { output: auditors } = await execute(createRole, caller, role);
  const group = { name: "Auditors", description: "From outside, once a year", roleIds: [auditors.id] };
  const { output: outside } = await execute(createGroup, caller, group);
  const program = { login: "warehouse-sync", name: "Warehouse", surname: "Sync", email: "warehouse@example.org" };
  await execute(createApiUser, caller, { ...program, groupIds: [outside.id] });
  for (const token of tokens) await execute(createToken, caller, token);
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

const tokens = [
  { name: "nightly export on build-7", scopes: ["profile:read"] },
  { name: "dashboard in the hall", scopes: ["profile:read"], expiresAt: inDays(5), description: "Ends soon" },
  { name: "next quarter's migration", scopes: ["profile:read"], startsAt: inDays(10), expiresAt: inDays(40) },
];
