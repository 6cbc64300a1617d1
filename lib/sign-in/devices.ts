import { and, eq, sql } from "drizzle-orm";
import { type Db, primary } from "#db/client.ts";
import { devices } from "#db/schema/sessions.ts";
import type { Caller } from "#lib/core/actor.ts";
import { programOf } from "#lib/core/agents.ts";
import { hashSecret, kindOfSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { canonicalAddress } from "#lib/core/limit-keys.ts";
import type { Source } from "./budgets.ts";

/** The device of a person that a caller shows the cookie of; undefined when they have not signed in with it before. */
async function knownDevice(db: Db, { device }: Caller, userId: string): Promise<string | undefined> {
  if (!device || kindOfSecret(device) !== "dev") return undefined;
  const [known] = await db
    .select({ id: devices.id })
    .from(devices)
    .where(and(eq(devices.userId, userId), eq(devices.secretHash, hashSecret(device))));
  return known?.id;
}

/**
 * Where a guess at this person's secrets comes from; asked alike for nobody, so that the time tells nothing. Within a
 * transaction it is asked on that one's connection: waiting for a second while holding the first would stall everybody.
 */
export const sourceOf = async (caller: Caller, userId = NIL_UUID, db: Db = primary()): Promise<Source> => ({
  address: caller.address,
  deviceId: await knownDevice(db, caller, userId),
});

const NIL_UUID = "00000000-0000-0000-0000-000000000000";

type KnownDevice = { id: string; isNew: boolean; secret?: string };

/**
 * Notes the device of a sign-in. A browser is known again by the secret it gets, in a cookie; a program, which keeps
 * none, by its name and network, which exempts it from nothing.
 */
export async function recognizeDevice(
  tx: Db,
  caller: Caller,
  userId: string,
  kind: "browser" | "api" | "aims",
): Promise<KnownDevice> {
  const secret = kind === "browser" ? mintSecret("dev") : undefined;
  const known = kind === "browser" ? await knownDevice(tx, caller, userId) : undefined;
  if (known) return { id: await touch(tx, caller, known), isNew: false };
  const secretHash = hashSecret(secret ?? `${userId} ${programOf(caller.agent)} ${canonicalAddress(caller.address)}`);
  const seen = { address: caller.address, lastSeenAt: sql`now()` };
  const [met] = await tx
    .insert(devices)
    .values({ userId, secretHash, agent: caller.agent.slice(0, 300), ...seen })
    .onConflictDoUpdate({ target: devices.secretHash, set: seen })
    .returning({ id: devices.id, isNew: sql<boolean>`xmax = 0` });
  if (!met) throw new Error("no device was noted");
  return { ...met, secret };
}

async function touch(tx: Db, { address, agent }: Caller, id: string): Promise<string> {
  const seen = { address, agent: agent.slice(0, 300), lastSeenAt: sql`now()` };
  await tx.update(devices).set(seen).where(eq(devices.id, id));
  return id;
}

/** Forgets every device of a person: each has to prove itself anew. */
export const forgetDevices = (tx: Db, userId: string) => tx.delete(devices).where(eq(devices.userId, userId));
