import { randomUUID } from "node:crypto";
import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts } from "#db/schema/accounts.ts";
import { customerKeys } from "#db/schema/machines.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { seal, unseal } from "#lib/core/crypto/sealing.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { accountId, instant, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";

const customerKey = z.string().meta({
  secret: true,
  description: "`lk_cus_…`: names the account to its API users' programs",
});

/**
 * Shows the customer key of an account, which is made at the first look. By itself it opens nothing: whoever signs in
 * with it needs a login and a secret as well. It goes on record, and is refused to tokens.
 */
export const revealCustomerKey = defineOperation({
  name: "api_user_settings.reveal_key",
  summary: "Show the customer key with which API users sign in",
  route: "POST /api-user-settings/customer-key",
  allow: "update:api_user",
  stepUp: "always",
  idempotencyKey: true,
  by: "session",
  input: z.strictObject({ accountId }),
  output: z.object({ customerKey }),
  audit: () => ({}),

  async run(context) {
    await lockAccountRow(context);
    return { customerKey: (await presentKey(context)) ?? (await makeKey(context)) };
  },
});

/** How long the previous key goes on, as SQL intervals. */
const overlaps = { now: "0", "1h": "1 hour", "24h": "24 hours", "7d": "7 days" } as const;

/** The names of the overlaps. */
const overlapNames = Object.keys(overlaps) as [keyof typeof overlaps, ...(keyof typeof overlaps)[]];

/**
 * Replaces the customer key. The one until now goes on for the overlap, and with it the tokens that were got with it;
 * keys that were replaced before end then at the latest. It goes on record, and is refused to tokens.
 */
export const rotateCustomerKey = defineOperation({
  name: "api_user_settings.rotate_key",
  summary: "Replace the customer key; the former one goes on for as long as you say",
  route: "POST /api-user-settings/customer-key/rotate",
  allow: "update:api_user",
  stepUp: "always",
  idempotencyKey: true,
  limit: { name: "customer_key_rotate", points: 20, seconds: 3600 },
  by: "session",
  input: z
    .strictObject({
      accountId,
      overlap: z
        .enum(overlapNames)
        .default("24h")
        .meta({ description: "How long the former key, and tokens got with it, are still good" }),
    })
    .meta({ examples: [{ overlap: "24h" }] }),
  output: z.object({
    customerKey,
    formerEndsAt: instant.nullable().meta({ description: "When the former key ends; null when there was none" }),
  }),
  audit: ({ input, output }) => ({ details: { overlap: input.overlap, formerEndsAt: output.formerEndsAt } }),

  async run(context, { overlap }) {
    await lockAccountRow(context);
    const end = sql`least(${customerKeys.endsAt}, now() + ${overlaps[overlap]}::interval)`;
    const ended = await context.tx
      .update(customerKeys)
      .set({ endsAt: end })
      .where(and(eq(customerKeys.accountId, context.tenant.accountId), isLiveKey))
      .returning({ endsAt: customerKeys.endsAt, createdAt: customerKeys.createdAt });
    const former = ended.sort((one, other) => Number(other.createdAt) - Number(one.createdAt))[0];
    return { customerKey: await makeKey(context), formerEndsAt: wire(former?.endsAt ?? null) };
  },
});

/** A key that still opens something, at this moment of the database's clock. */
export const isLiveKey = or(isNull(customerKeys.endsAt), gt(customerKeys.endsAt, sql`now()`));

/** Of two who replace or make the key at once, the second sees what the first has done. */
const lockAccountRow = ({ tx, tenant }: Grantor) =>
  tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, tenant.accountId)).for("no key update");

const sealContext = (row: string, account: string) => ({ table: "customer_keys", field: "sealed_key", row, account });

async function presentKey({ tx, tenant }: Grantor): Promise<string | undefined> {
  const present = and(eq(customerKeys.accountId, tenant.accountId), isNull(customerKeys.endsAt));
  const [key] = await tx.select().from(customerKeys).where(present);
  return key && unseal(sealContext(key.id, tenant.accountId), key.sealedKey);
}

async function makeKey({ actor, tx, tenant }: Grantor): Promise<string> {
  const [id, key] = [randomUUID(), mintSecret("cus")];
  const stored = { keyHash: hashSecret(key), sealedKey: seal(sealContext(id, tenant.accountId), key) };
  await tx.insert(customerKeys).values({ id, accountId: tenant.accountId, ...stored, createdBy: actor.id });
  return key;
}
