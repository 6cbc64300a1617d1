import { randomBytes } from "node:crypto";
import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { seal, unseal } from "#lib/core/crypto/sealing.ts";

export const prefix = "whsec_";

/** A signing secret of 256 random bits, as webhook libraries take it. */
export const mintWebhookSecret = () => prefix + randomBytes(32).toString("base64");

/** How long the secret before still signs beside the new one, in hours. */
const overlapHours = 24;

/** What is sealed: the secret, and the one before it with the end of its overlap (milliseconds since 1970). */
type StoredSecrets = { secret: string; before?: { secret: string; until: number } };

type Owner = { id: string; accountId: string };

const context = ({ id, accountId }: Owner) => ({
  table: "users",
  field: "webhook_secret",
  row: id,
  account: accountId,
});

/** Seals a new secret; the one before, if there is one, goes on signing for a day. */
export async function sealWebhookSecret(tx: Db, owner: Owner, secret: string): Promise<Buffer> {
  const [row] = await tx
    .select({ sealed: users.webhookSecret, now: nowMillis })
    .from(users)
    .where(eq(users.id, owner.id))
    .for("no key update");
  const kept: StoredSecrets = { secret };
  if (row?.sealed) {
    const { secret: before } = open(owner, row.sealed);
    kept.before = { secret: before, until: Number(row.now) + overlapHours * 3_600_000 };
  }
  return seal(context(owner), JSON.stringify(kept));
}

/**
 * Gives the webhook that an administrator set for somebody a secret to be signed with, where it has none: without one
 * nothing would be sent. Nobody is shown it; its person makes another when they want to check signatures.
 */
export async function sealFirstSecret(tx: Db, owner: Owner): Promise<void> {
  const unsigned = and(eq(users.id, owner.id), isNotNull(users.webhookUrl), isNull(users.webhookSecret));
  const webhookSecret = seal(context(owner), JSON.stringify({ secret: mintWebhookSecret() } satisfies StoredSecrets));
  await tx.update(users).set({ webhookSecret }).where(unsigned);
}

export const nowMillis = sql<string>`(extract(epoch from now()) * 1000)::bigint`;

export const open = (owner: Owner, sealed: Buffer): StoredSecrets =>
  JSON.parse(unseal(context(owner), sealed)) as StoredSecrets;
