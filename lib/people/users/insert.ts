import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { roles, userRoles } from "#db/schema/access.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import { assertBounded } from "#lib/access/granting/bound.ts";
import { requireMayGrant, rolesFor } from "#lib/access/granting/grant-rules.ts";
import type { Actor } from "#lib/core/actor.ts";
import { authorize } from "#lib/core/authorize.ts";
import { badField, notFound, Refusal } from "#lib/core/errors.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { sealFirstSecret } from "#lib/notifications/webhook/secrets.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";
import type { CreatedUser, Initial, NewUser } from "./create.ts";
import { usernameTaken } from "./fields.ts";
import { initialHours, invitation } from "./password-notices.ts";
import { readUsers } from "./wire.ts";

export async function insertUser(
  tx: Db,
  actor: Actor,
  tenant: Tenant,
  user: CreatedUser,
  initial: Initial,
  granted: string[],
) {
  assertOwnAddress(user);
  await assertActiveAccount(tx, tenant.accountId);
  const invites = !initial && user.active !== false && !user.notificationsOnly;
  const [made] = await tx
    .insert(users)
    .values({
      ...user,
      ...signedInBy(initial),
      ...by(actor, tenant),
      emailSetByAdministrator: true,
      username: user.username ?? user.email,
      invitedAt: invites ? sql`now()` : null,
    })
    .returning()
    .catch((error) => usernameTaken(error, user.username === undefined));
  if (!made) throw new Error("nobody was made");
  if (made.webhookUrl) await sealFirstSecret(tx, made);
  if (granted.length) await tx.insert(userRoles).values(granted.map((roleId) => ({ userId: made.id, roleId })));
  if (granted.length > 1) await assertBounded({ tx, actor, tenant }, sql`select ${made.id}::uuid`);
  await accessChanged(tx, tenant);
  if (invites) await queueMail(tx, invitation(made, await nameOf(tx, tenant.accountId), actor.accountId));
  const [read] = await readUsers(tx, [tenant.accountId], eq(users.id, made.id));
  if (!read) throw notFound("user");
  return read;
}

const by = ({ id }: Actor, { accountId }: Tenant) => ({ accountId, createdBy: id, modifiedBy: id });

const signedInBy = (initial: Initial) =>
  initial && {
    passwordHash: initial.passwordHash,
    passwordChangedAt: sql`now()`,
    passwordOnce: initial.once,
    passwordOnceUntil: initial.once ? sql`now() + ${initialHours} * interval '1 hour'` : null,
  };

/** A name that looks like an address is the own one: with another's, one would be taken for them at sign-in. */
function assertOwnAddress({ username, email }: Pick<NewUser, "username" | "email">) {
  const isForeign = username?.includes("@") && username.toLowerCase() !== email.toLowerCase();
  if (isForeign) throw badField("username", "foreign_address", "Use the e-mail address itself, or a name without @.");
}

async function assertActiveAccount(tx: Db, accountId: string) {
  const [account] = await tx.select({ active: accounts.active }).from(accounts).where(eq(accounts.id, accountId));
  if (!account?.active) throw new Refusal("account_inactive");
}

/** Two who come at once see one after the other whether somebody is there. */
export async function isFirst(tx: Db, accountId: string): Promise<boolean> {
  if (await hasUser(tx, accountId)) return false;
  await tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, accountId)).for("no key update");
  return !(await hasUser(tx, accountId));
}

async function hasUser(tx: Db, accountId: string): Promise<boolean> {
  const [found] = await tx.select({ id: users.id }).from(users).where(eq(users.accountId, accountId)).limit(1);
  return found !== undefined;
}

export async function administrator(tx: Db) {
  const [role] = await tx
    .select({ id: roles.id, permissions: roles.permissions })
    .from(roles)
    .where(and(isNull(roles.accountId), eq(roles.name, "Administrator")));
  if (!role) throw new Error("there is no role Administrator");
  return role;
}

export async function mayGrant(tx: Db, actor: Actor, tenant: Tenant, roleIds: string[]): Promise<string[]> {
  if (!roleIds.length) return [];
  authorize({ allow: "grant:role", stepUp: "always" }, actor, tenant);
  const found = await tx
    .select()
    .from(roles)
    .where(and(inArray(roles.id, roleIds), rolesFor(tenant)));
  if (found.length < new Set(roleIds).size) throw badField("roleIds", "unknown_role", "There is no such role here.");
  for (const { permissions } of found) await requireMayGrant({ tx, actor, tenant }, {}, permissions);
  const all = found.find(({ accountId, name }) => accountId === null && name === "Administrator");
  return (all ? [all] : found).map(({ id }) => id);
}

/** The name of an account, as it stands in mails. */
export async function nameOf(tx: Db, accountId: string): Promise<string> {
  const [account] = await tx.select({ name: accounts.name }).from(accounts).where(eq(accounts.id, accountId));
  if (!account) throw notFound("account");
  return account.name;
}
