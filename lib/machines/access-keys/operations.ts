import { randomBytes } from "node:crypto";
import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { accessKeys } from "#db/schema/machines.ts";
import { users } from "#db/schema/users.ts";
import { lockAgreement } from "#lib/access/agreement.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { endKeys } from "#lib/access/issued/ending.ts";
import { requireSameAccount } from "#lib/access/over/colleague.ts";
import { requireOverUser, requireRightsOverUser } from "#lib/access/over/over.ts";
import { tenantFor } from "#lib/access/principal/tenant-for.ts";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { conflict, notFound } from "#lib/core/errors.ts";
import { accountId, anyAccountId, instant, secretOnce, uuid, wire } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertQuota } from "#lib/core/quota.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { areAllowed, keysAllowed } from "./allowed.ts";
import { accessKeyId } from "./id.ts";
import { keyLabel } from "./label.ts";

const perUser = 5;
const userId = uuid().meta({ description: "Whose key it is" });

const wireKey = z.object({
  id: z.string(),
  userId: z.uuid(),
  accountId: z.string(),
  label: z.string(),
  lastSignInAt: instant.nullable(),
  outgrownAt: instant
    .nullable()
    .meta({ description: "Since when its person may do more than whoever made it; null: no more. Replace it" }),
  createdAt: instant,
  createdBy: z.uuid().nullable(),
  modifiedAt: instant,
  modifiedBy: z.uuid().nullable(),
});

/** An access key as administrators see it. */
export type AccessKey = z.output<typeof wireKey>;

type AccessKeyRow = typeof accessKeys.$inferSelect;

const present = (key: AccessKeyRow) => ({
  ...key,
  lastSignInAt: wire(key.lastSignInAt),
  outgrownAt: wire(key.outgrownAt),
  createdAt: wire(key.createdAt),
  modifiedAt: wire(key.modifiedAt),
});

/** The access keys of a person; never their secrets. There are five at most, so there are no pages. */
export const listAccessKeys = defineOperation({
  name: "access_keys.list",
  summary: "List the access keys of a person",
  route: "GET /users/{userId}/access-keys",
  allow: "list:access_key",
  input: z.strictObject({ userId, accountId }),
  output: z.object({ items: z.array(wireKey), allowed: keysAllowed }),

  async run({ tx, tenant }, { userId }) {
    await requireSameAccount(tx, tenant, userId);
    const theirs = and(eq(accessKeys.accountId, tenant.accountId), eq(accessKeys.userId, userId));
    const found = await tx.select().from(accessKeys).where(theirs).orderBy(asc(accessKeys.createdAt));
    return { items: found.map(present), allowed: await areAllowed(tx, tenant.accountId) };
  },
});

/**
 * Makes an access key, with which a program signs in as its person: with all that the person may. So nobody makes one
 * for somebody who may more than they themselves, and no token makes one that could more than itself. Refuses
 * `limit_reached` at five.
 */
export const createAccessKey = defineOperation({
  name: "access_keys.create",
  summary: "Make an access key; its secret is shown this once",
  route: "POST /users/{userId}/access-keys",
  allow: "create:access_key",
  stepUp: "always",
  idempotencyKey: true,
  limit: { name: "access_key_create", points: 60, seconds: 3600 },
  input: z.strictObject({ userId, accountId, label: keyLabel.default("") }),
  output: wireKey.extend({ secretKey: secretOnce().meta({ secret: true, description: "Shown this once" }) }),
  audit: ({ output }) => ({ target: output.id, details: { userId: output.userId, label: output.label } }),
  notify: ({ output }) => made(output),

  async run({ actor, tx, tenant }, { userId, label }) {
    await lockAgreement(tx, tenant, actor.accountId);
    await requireSameAccount(tx, tenant, userId);
    await shareRights(tx, tenant);
    await requireOverUser({ tx, actor, tenant }, userId);
    await requireQuota(tx, userId);
    const secretKey = randomBytes(32).toString("hex");
    const [key] = await tx
      .insert(accessKeys)
      .values({
        id: randomBytes(8).toString("hex"),
        accountId: tenant.accountId,
        userId,
        label,
        secretHash: hashSecret(secretKey),
        createdBy: actor.id,
        modifiedBy: actor.id,
      })
      .returning();
    if (!key) throw new Error("no access key was made");
    return { ...present(key), secretKey };
  },
});

/**
 * Rights and policies are changed by who holds the account: none change between looking at them here and the key being
 * there.
 */
async function shareRights(tx: Db, { accountId }: Tenant) {
  const { accessKeysAllowed } = accounts;
  const [account] = await tx
    .select({ accessKeysAllowed })
    .from(accounts)
    .where(eq(accounts.id, accountId))
    .for("share");
  if (!account?.accessKeysAllowed) throw conflict("The account has switched access keys off: none could sign in.");
}

/** The person is locked first, so that two at once do not both take the last place. */
async function requireQuota(tx: Db, userId: string) {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
  await assertQuota(
    tx,
    accessKeys,
    eq(accessKeys.userId, userId),
    perUser,
    `There are ${perUser} access keys, the most a person may have. Delete one.`,
  );
}

const made = ({ id, userId, label }: { id: string; userId: string; label: string }): Notice => ({
  userId,
  event: "access_key_created",
  subject: "An access key was made for you",
  paragraphs: [
    `The access key ${id}${label ? ` (${label})` : ""} was made. A program that has its secret signs in as you, without a second factor.`,
    "If neither you nor an administrator of your account made it, secure your account at once.",
  ],
  button: { words: "Secure my account", path: "/secure-account" },
});

/** One access key; of this person, when one is named. */
export const getAccessKey = defineOperation({
  name: "access_keys.get",
  summary: "Read an access key",
  route: "GET /access-keys/{accessKeyId}",
  allow: "get:access_key",
  input: z.strictObject({ accessKeyId, userId: userId.optional(), accountId: anyAccountId }),
  output: wireKey,

  async run({ tx, tenant }, { accessKeyId, userId }) {
    const [key] = await tx
      .select()
      .from(accessKeys)
      .where(inReach(tenant, accessKeyId, userId));
    if (!key) throw notFound("access key");
    return present(key);
  },
});

/** Calls an access key something else. */
export const updateAccessKey = defineOperation({
  name: "access_keys.update",
  summary: "Change the label of an access key",
  route: "PATCH /access-keys/{accessKeyId}",
  allow: "update:access_key",
  stepUp: "never",
  whileImpersonating: "allowed",
  input: z.strictObject({ accessKeyId, accountId, label: keyLabel }),
  output: wireKey,
  audit: ({ input, output }) => ({ target: output.id, details: { userId: output.userId, label: input.label } }),

  async run(context, { accessKeyId, label }) {
    const { actor, tx, tenant } = context;
    await requireRightsOverOwner(context, accessKeyId);
    const [key] = await tx
      .update(accessKeys)
      .set({ label, modifiedAt: sql`now()`, modifiedBy: actor.id })
      .where(inReach(tenant, accessKeyId))
      .returning();
    if (!key) throw notFound("access key");
    return present(key);
  },
});

/** Deletes an access key: it opens nothing any more, and what was opened with it ends. */
export const deleteAccessKey = defineOperation({
  name: "access_keys.delete",
  summary: "Delete an access key",
  route: "DELETE /access-keys/{accessKeyId}",
  allow: "delete:access_key",
  stepUp: "never",
  whileImpersonating: "refused",
  input: z.strictObject({ accessKeyId, userId: userId.optional(), accountId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.accessKeyId }),

  async run(context, { accessKeyId, userId }) {
    const { tx, tenant } = context;
    await requireRightsOverOwner(context, accessKeyId);
    const [gone] = await endKeys(tx, inReach(tenant, accessKeyId, userId));
    if (!gone) throw notFound("access key");
    return {};
  },
});

/**
 * Refuses to whoever holds less than the key's person. Where it could be in several accounts, theirs is looked for
 * first.
 */
async function requireRightsOverOwner(by: Grantor, accessKeyId: string) {
  const { accountId, userId } = accessKeys;
  const [key] = await by.tx.select({ accountId, userId }).from(accessKeys).where(inReach(by.tenant, accessKeyId));
  const tenant = key && (await tenantFor(by.tx, key.accountId, by.actor.accountId));
  if (tenant) await requireRightsOverUser({ ...by, tenant }, key.userId, "administrative");
}

function inReach({ visibleAccountIds }: Tenant, id: string, userId?: string): SQL | undefined {
  const isHere = sql`${accessKeys.accountId} = any(${sql.param(visibleAccountIds)})`;
  return and(eq(accessKeys.id, id), isHere, userId === undefined ? undefined : eq(accessKeys.userId, userId));
}
