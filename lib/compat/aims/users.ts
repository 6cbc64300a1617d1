import { and, eq, gt, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { roles, userRoles } from "#db/schema/access.ts";
import { directory, users } from "#db/schema/users.ts";
import { requireSameAccount } from "#lib/access/over/colleague.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId, anyAccountId, uuid } from "#lib/core/fields.ts";
import { plainName } from "#lib/core/limit-keys.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { effective } from "#lib/core/permissions.ts";
import { userId } from "#lib/people/users/fields.ts";
import { typedName } from "#lib/sign-in/prove-password.ts";
import { personFacts, roleFacts } from "./facts.ts";
import { readPeople, readRoles, roleColumns } from "./people.ts";

const besides = {
  roleIds: z.boolean().default(false).meta({ description: "Tell the roles of each" }),
  login: z.boolean().default(false).meta({ description: "Tell of the password and the last sign-in of each" }),
  accessKeys: z.boolean().default(false).meta({ description: "Tell the access keys of each" }),
};

const maxUsers = 1000;

/** Lists people of an account in the order of their ids, a thousand at a time; or those with this address. */
export const listPeople = defineOperation({
  name: "users.list_all",
  summary: "List all users of an account",
  route: null,
  allow: "list:user",
  input: z.strictObject({
    accountId: anyAccountId,
    roleId: uuid().optional().meta({ description: "Only those to whom this role was granted" }),
    email: typedName.optional().meta({ description: "Only who has this address, whatever its case" }),
    after: uuid().optional().meta({ description: "Only those behind this one" }),
    ...besides,
  }),
  output: z.object({ items: z.array(personFacts), next: z.uuid().nullable() }),

  async run({ tx, tenant }, { accountId: _, roleId, email, after, ...asked }) {
    const holds = tx
      .select({ id: userRoles.userId })
      .from(userRoles)
      .where(eq(userRoles.roleId, roleId ?? ""));
    const who = and(
      inArray(users.accountId, tenant.visibleAccountIds),
      roleId === undefined ? undefined : inArray(users.id, holds),
      email === undefined ? undefined : await named(tx, sql`${directory.emailKey}`, email),
      after === undefined ? undefined : gt(users.id, after),
    );
    const items = await readPeople(tx, who, asked, maxUsers);
    return { items, next: items.length === maxUsers ? (items.at(-1)?.id ?? null) : null };
  },
});

/** One person, by id or by username, in whatever accounts one may act in. */
export const getPerson = defineOperation({
  name: "users.read",
  summary: "Read one user",
  route: null,
  allow: "get:user",
  input: z.strictObject({
    accountId: anyAccountId,
    userId: userId.optional(),
    username: typedName.optional().meta({ description: "The whole username, whatever its case" }),
    ...besides,
  }),
  output: personFacts,

  async run({ tx, tenant }, { accountId: _, userId, username = "", ...asked }) {
    const who = userId === undefined ? await named(tx, sql`${directory.usernameKey}`, username) : eq(users.id, userId);
    const [person] = await readPeople(tx, and(inArray(users.accountId, tenant.visibleAccountIds), who), asked);
    return person ?? notThere();
  },
});

const notThere = () => {
  throw notFound("user");
};

/** Through the view, which lets the index on lower case be used. */
async function named(tx: Db, key: SQL, name: string): Promise<SQL> {
  const found = await tx
    .select({ id: directory.id })
    .from(directory)
    .where(sql`${key} = lower(${plainName(name)})`);
  return inArray(
    users.id,
    found.map(({ id }) => id),
  );
}

const whose = z.strictObject({ accountId, userId });

/** The roles that were granted to somebody, whole. */
export const listRolesOfPerson = defineOperation({
  name: "users.roles",
  summary: "List the roles granted to a user",
  route: null,
  allow: "get:user",
  target: "userId",
  input: whose,
  output: z.object({ items: z.array(roleFacts) }),

  async run({ tx, tenant }, { userId }) {
    await requireSameAccount(tx, tenant, userId);
    return { items: await readRoles(tx, userId) };
  },
});

/**
 * All that somebody's roles say, those of their groups too: a denial stands in the place of the same allowance (PM1,
 * PM2).
 */
export const readPermissionsOf = defineOperation({
  name: "users.permissions",
  summary: "Read what the roles of a user say",
  route: null,
  allow: "get:user",
  target: "userId",
  input: whose,
  output: z.object({ permissions: z.record(z.string(), z.string()) }),

  async run({ tx, tenant }, { userId }) {
    await requireSameAccount(tx, tenant, userId);
    const held = await readRoles(tx, userId, "through groups too");
    const grants = held.map(({ name, permissions }) => ({ role: name, permissions }));
    return { permissions: effective(grants, null) };
  },
});

/** The roles that every account has; for everybody who is signed in (PM4). */
export const listGlobalRoles = defineOperation({
  name: "roles.list_global",
  summary: "List the global roles",
  route: null,
  allow: "signed-in",
  input: z.strictObject({}),
  output: z.object({ items: z.array(roleFacts) }),

  run: async ({ tx }) => ({
    items: await tx.select(roleColumns).from(roles).where(sql`${roles.accountId} is null`).orderBy(roles.name),
  }),
});
