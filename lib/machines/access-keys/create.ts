import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { accessKeys } from "#db/schema/machines.ts";
import { users } from "#db/schema/users.ts";
import { lockAgreement } from "#lib/access/agreement.ts";
import { requireSameAccount } from "#lib/access/over/colleague.ts";
import { requireOverUser } from "#lib/access/over/rights-over.ts";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { conflict } from "#lib/core/errors.ts";
import { accountId, secretOnce } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertQuota } from "#lib/core/quota.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { keyUserId, toAccessKey, wireKey } from "./access-key.ts";
import { keyLabel } from "./label.ts";

const perUser = 5;

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
  input: z.strictObject({ userId: keyUserId, accountId, label: keyLabel.default("") }),
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
    return { ...toAccessKey(key), secretKey };
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
