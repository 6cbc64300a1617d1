import { and, asc, eq, isNotNull } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { authenticators, passkeys } from "#db/schema/factors.ts";
import { users } from "#db/schema/users.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { providerOf } from "./passkeys/providers.ts";
import { readRecoveryCodes } from "./recovery-codes.ts";

const state = z.enum(["on", "off", "demanded"]);

/** What is shown of somebody's second factors. */
export const overview = z.object({
  mfa: state.meta({ description: "demanded: the account asks for a second factor; on, off: the person's own choice" }),
  graceUntil: instant.nullable().meta({ description: "Until when a demanded factor may still be missing" }),
  authenticators: z.array(
    z.object({ id: z.uuid(), name: z.string(), createdAt: instant, lastUsedAt: instant.nullable() }),
  ),
  passkeys: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      provider: z.string().meta({ description: "Who keeps it, e.g. `iCloud Keychain`; `Passkey` when not known" }),
      backedUp: z.boolean().meta({ description: "It is synced between the person's devices" }),
      createdAt: instant,
      lastUsedAt: instant.nullable(),
      flaggedAt: instant.nullable().meta({ description: "When its counter ran backwards: it may have been copied" }),
    }),
  ),
  recoveryCodes: z
    .array(z.object({ number: z.int(), usedAt: instant.nullable() }))
    .meta({ description: "Ten of them, by number; the codes themselves are kept as hashes" }),
  recoveryCodesMadeAt: instant.nullable(),
});

/** The second factors of a person, as their security page shows them. */
export type FactorOverview = z.output<typeof overview>;

/** The factors of a person as they are shown, never their secrets. */
export async function readFactors(db: Db, userId: string): Promise<z.input<typeof overview>> {
  // One after the other: a transaction has one connection, which does one thing at a time.
  const policy = await readPolicy(db, userId);
  const apps = await readAuthenticators(db, userId);
  const keys = await db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.createdAt));
  const codes = await readRecoveryCodes(db, userId);
  const chosen = apps.length + keys.length ? "on" : "off";
  return {
    mfa: policy.demanded ? "demanded" : chosen,
    graceUntil: wire(policy.graceUntil),
    authenticators: apps.map(dated),
    passkeys: keys.map((key) => ({ ...dated(key), provider: providerOf(key.aaguid), flaggedAt: wire(key.flaggedAt) })),
    recoveryCodes: codes.map(({ number, usedAt }) => ({ number, usedAt: wire(usedAt) })),
    recoveryCodesMadeAt: wire(codes[0]?.createdAt ?? null),
  };
}

const dated = <T extends { createdAt: Date; lastUsedAt: Date | null }>(row: T) => ({
  ...row,
  createdAt: wire(row.createdAt),
  lastUsedAt: wire(row.lastUsedAt),
});

const readAuthenticators = (db: Db, userId: string) =>
  db
    .select()
    .from(authenticators)
    .where(and(eq(authenticators.userId, userId), isNotNull(authenticators.confirmedAt)))
    .orderBy(asc(authenticators.createdAt));

export async function readPolicy(db: Db, userId: string) {
  const [policy] = await db
    .select({ demanded: accounts.mfaRequired, graceUntil: users.mfaGraceUntil })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(eq(users.id, userId));
  return policy ?? { demanded: true, graceUntil: null };
}
