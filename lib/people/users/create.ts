import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { roles, userRoles } from "#db/schema/access.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import { shareAccount } from "#lib/access/administrators.ts";
import { assertBounded } from "#lib/access/granting/bound.ts";
import { requireMayGrant, rolesFor } from "#lib/access/granting/grant-rules.ts";
import type { Actor } from "#lib/core/actor.ts";
import { authorize, requireSession } from "#lib/core/authorize.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { badField, notFound, Refusal } from "#lib/core/errors.ts";
import { accountId, uuid } from "#lib/core/fields.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { sealFirstSecret } from "#lib/notifications/webhook/secrets.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";
import { profileFields, username, usernameTaken } from "./fields.ts";
import { makeWithin } from "./join.ts";
import { mintOneTimePassword } from "./one-time.ts";
import { initialHours, invitation } from "./password-notices.ts";
import { readUsers, wireUser } from "./wire.ts";

/** What a new user is made of, whoever asks for one. */
export const newUserFields = {
  ...profileFields,
  username: username.optional(),
  roleIds: z.array(uuid()).max(50).default([]).meta({ description: "Roles to grant; only what you hold yourself" }),
  accountId,
};

type NewUser = Omit<z.output<z.ZodObject<typeof newUserFields>>, "accountId">;
type Person = Omit<NewUser, "roleIds">;

/** How somebody is to sign in for the first time: by an invitation when there is no password. */
type Initial = { passwordHash: string; once: boolean } | null;

/**
 * Makes a user, who is invited by mail to choose a password, or gets a one-time password that is in this answer and
 * nowhere else. Refuses `user_exists`, roles that the caller does not hold in full, and a one-time password to tokens.
 */
export const createUser = defineOperation({
  name: "users.create",
  summary: "Make a user: invite them by mail, or give them a one-time password",
  route: "POST /users",
  allow: "create:user",
  stepUp: "always",
  idempotencyKey: true,
  input: z
    .strictObject({
      ...newUserFields,
      groupIds: z
        .array(uuid())
        .max(20, "Name at most 20 groups.")
        .default([])
        .transform((ids) => [...new Set(ids)])
        .meta({ description: "Groups to take them into; what those hold, you must hold yourself" }),
      oneTimePassword: z
        .boolean()
        .default(false)
        .meta({
          description: `Make a password to hand over, good once, for ${initialHours} hours; no invitation is mailed then`,
        }),
    })
    .meta({ examples: [{ fullName: "Ada Okafor", email: "ada@example.org" }] }),
  output: wireUser.extend({
    oneTimePassword: z.string().nullable().meta({ secret: true, description: "Shown this once, never again" }),
  }),
  audit: ({ input, output }) => ({ target: output.id, details: createdUserDetails(output, input.oneTimePassword) }),

  async run(context, { oneTimePassword, accountId: _, groupIds, ...user }) {
    const { actor, tx, tenant } = context;
    if (oneTimePassword) requireSession(actor);
    const minted = oneTimePassword ? mintOneTimePassword() : null;
    const initial = minted === null ? null : { passwordHash: await hashPassword(minted), once: true };
    const made = await makeWithin(context, groupIds, () => makeUser(tx, actor, tenant, user, initial));
    return { ...made, oneTimePassword: minted };
  },
});

/** What stands on record of a user who was made. */
export const createdUserDetails = (
  { username, email, roles }: z.output<typeof wireUser>,
  oneTimePassword: boolean,
) => ({
  username,
  email,
  roles: roles.map(({ name }) => name),
  oneTimePassword,
});

/**
 * Makes a user and grants their roles. The first one of an account always becomes its Administrator (AIMS US6), and
 * Administrator stands in for every other role (RG3); that as well is only given by who holds it.
 */
export async function makeUser(tx: Db, actor: Actor, tenant: Tenant, asked: NewUser, initial: Initial) {
  const { roleIds, ...user } = asked;
  if (roleIds.length) await shareAccount(tx, tenant.accountId);
  const role = (await isFirst(tx, tenant.accountId)) ? await administrator(tx) : null;
  if (role) await requireMayGrant({ tx, actor, tenant }, {}, role.permissions);
  return insertUser(tx, actor, tenant, user, initial, role ? [role.id] : await mayGrant(tx, actor, tenant, roleIds));
}

/** Invites the administrator of an account that was only just made, by whoever may make accounts. */
export const makeFounder = async (tx: Db, actor: Actor, tenant: Tenant, user: Person) =>
  insertUser(tx, actor, tenant, user, null, [(await administrator(tx)).id]);

async function insertUser(tx: Db, actor: Actor, tenant: Tenant, user: Person, initial: Initial, granted: string[]) {
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
async function isFirst(tx: Db, accountId: string): Promise<boolean> {
  if (await hasUser(tx, accountId)) return false;
  await tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, accountId)).for("no key update");
  return !(await hasUser(tx, accountId));
}

async function hasUser(tx: Db, accountId: string): Promise<boolean> {
  const [found] = await tx.select({ id: users.id }).from(users).where(eq(users.accountId, accountId)).limit(1);
  return found !== undefined;
}

async function administrator(tx: Db) {
  const [role] = await tx
    .select({ id: roles.id, permissions: roles.permissions })
    .from(roles)
    .where(and(isNull(roles.accountId), eq(roles.name, "Administrator")));
  if (!role) throw new Error("there is no role Administrator");
  return role;
}

async function mayGrant(tx: Db, actor: Actor, tenant: Tenant, roleIds: string[]): Promise<string[]> {
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
