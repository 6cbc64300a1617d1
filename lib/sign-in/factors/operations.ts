import { and, asc, eq, isNotNull } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { authenticators, passkeys } from "#db/schema/factors.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notFound, Refusal } from "#lib/core/errors.ts";
import { instant, secretOnce, wire } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endOtherSessions } from "../sessions/operations.ts";
import { removed } from "./authenticators.ts";
import { providerOf } from "./passkeys/providers.ts";
import { lockOwnRow, removeEveryFactor, requireLocalSignIn } from "./policy.ts";
import { makeRecoveryCodes, readRecoveryCodes } from "./recovery-codes.ts";

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

/** The own second factors, and whether the account requires one. */
export const getFactors = defineOperation({
  name: "factors.get",
  summary: "Read your second factors and recovery codes",
  route: "GET /me/factors",
  allow: "signed-in",
  input: z.strictObject({}),
  output: overview,

  run: ({ actor, tx }) => readFactors(tx, actor.id),
});

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

async function readPolicy(db: Db, userId: string) {
  const [policy] = await db
    .select({ demanded: accounts.mfaRequired, graceUntil: users.mfaGraceUntil })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(eq(users.id, userId));
  return policy ?? { demanded: true, graceUntil: null };
}

/** A new set of recovery codes; the old ones are worth nothing from then on. */
export const renewRecoveryCodes = defineOperation({
  name: "recovery_codes.renew",
  summary: "Replace your recovery codes by ten new ones",
  route: "POST /me/recovery-codes",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "recovery_codes", points: 10, seconds: 3600 },
  input: z.strictObject({}),
  output: z.object({ recoveryCodes: z.array(secretOnce()).meta({ secret: true, description: "Shown this once" }) }),
  audit: ({ actor }) => ({ target: actor.id }),
  notify: ({ actor }) => renewed(actor),

  async run({ actor, tx }) {
    requireLocalSignIn(actor);
    return { recoveryCodes: await makeRecoveryCodes(tx, actor.id) };
  },
});

const renewed = ({ id }: Actor): Notice => ({
  userId: id,
  event: "recovery_codes_made",
  subject: "You have new recovery codes",
  paragraphs: [
    "Ten new recovery codes were made, and the old ones are worth nothing.",
    "If this was not you, secure your account at once.",
  ],
  button: { words: "Secure my account", path: "/secure-account" },
});

/** Switches the second factor off: every factor and code goes. Refused where the account requires one. */
export const disableFactors = defineOperation({
  name: "factors.disable",
  summary: "Remove all your second factors and recovery codes",
  route: "DELETE /me/factors",
  allow: "signed-in",
  stepUp: "in_person",
  input: z.strictObject({}),
  output: z.object({}),
  audit: ({ actor }) => ({ target: actor.id }),
  notify: ({ actor }) => removed(actor.id, "every second factor and all recovery codes"),

  async run({ actor, tx }) {
    await lockOwnRow(tx, actor.id);
    if ((await readPolicy(tx, actor.id)).demanded) throw new Refusal("second_factor_demanded");
    if ((await removeEveryFactor(tx, actor.id)) === 0) throw notFound("second factor");
    await endOtherSessions(tx, actor);
    return {};
  },
});
