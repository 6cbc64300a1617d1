import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { authenticators } from "#db/schema/factors.ts";
import { notFound, Refusal } from "#lib/core/errors.ts";
import { instant, name, secretOnce, uuid } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { assertQuota } from "#lib/core/quota.ts";
import { makeRecoveryCodes, readRecoveryCodes } from "./recovery-codes.ts";
import { mintTotpSecret, now, type Owner, openSecret, otpauthUri, sealTotpSecret, stepOf } from "./totp.ts";

const perUser = 10;

export const authenticatorId = uuid().meta({ description: "The authenticator's id" });

export const called = name(100).meta({ description: "What you call it", example: "phone" });

export const draft = z.object({
  id: authenticatorId,
  secret: secretOnce().meta({ description: "Base32, for an app that cannot scan" }),
  uri: secretOnce().meta({ description: "`otpauth://…`, for the QR code and for the phone itself" }),
});

type Named = { name: string; label: string; issuer: string };

/** A new authenticator on trial. Those of the same person that were never confirmed go. */
export async function makeDraft(tx: Db, owner: Owner, { name, label, issuer }: Named) {
  await tx.delete(authenticators).where(and(eq(authenticators.userId, owner.id), isNull(authenticators.confirmedAt)));
  await requireQuota(tx, owner.id);
  const [id, secret] = [crypto.randomUUID(), mintTotpSecret()];
  await tx.insert(authenticators).values({ id, userId: owner.id, name, secret: sealTotpSecret(id, owner, secret) });
  return { id, secret, uri: otpauthUri(secret, `Latchkey (${issuer})`, label) };
}

const requireQuota = (tx: Db, userId: string) =>
  assertQuota(
    tx,
    authenticators,
    eq(authenticators.userId, userId),
    perUser,
    `You have ${perUser} authenticators. Remove one.`,
  );

const recovery = z
  .array(z.string())
  .optional()
  .meta({ secret: true, description: "Ten recovery codes, shown this once; only with the first factor" });

/** What was proven by setting a factor up: the session goes on under a new token, and counts as strong. */
export const strengthened = z.object({
  token: z.string().meta({ secret: true, description: "`lk_ses_…`: takes the place of the one that asked" }),
  expiresAt: instant,
  recoveryCodes: recovery,
});

/** Marks a draft as working once a code of it fits; that code is used up with it. */
export async function confirm(tx: Db, owner: Owner, id: string, code: string): Promise<void> {
  const own = and(eq(authenticators.id, id), eq(authenticators.userId, owner.id), isNull(authenticators.confirmedAt));
  const [draft] = await tx.select().from(authenticators).where(own).for("update");
  if (!draft) throw notFound("authenticator that waits for its first code");
  const step = stepOf(openSecret(id, owner, draft.secret), code, await now(tx));
  if (typeof step !== "number") throw misfit(step);
  await tx.update(authenticators).set({ confirmedAt: sql`now()`, lastUsedAt: sql`now()`, lastStep: step }).where(own);
}

function misfit(why: "wrong" | "clock_off"): Refusal {
  const { code, message } =
    why === "wrong"
      ? { code: "wrong_code", message: "This code is not right. Type the one that the app shows now." }
      : {
          code: "clock_off",
          message: "The clock of your phone seems off. Let it set its time by itself, then try again.",
        };
  return new Refusal("invalid_fields", message, { errors: [{ pointer: "/code", code, message }] });
}

/** Recovery codes come with the first factor, and anew when everything is replaced. */
export async function firstCodes(tx: Db, userId: string, anew = false): Promise<string[] | undefined> {
  const kept = await readRecoveryCodes(tx, userId);
  return kept.length === 0 || anew ? makeRecoveryCodes(tx, userId) : undefined;
}

/** What a person is told of a factor that was added. */
export const added = (userId: string, what: string): Notice => ({
  userId,
  event: "factor_added",
  subject: "A second factor was added",
  paragraphs: [
    `From now on you can prove yourself with ${what} as well.`,
    "If this was not you, secure your account at once.",
  ],
  button: { words: "Secure my account", path: "/secure-account" },
});

/** What a person is told of a factor that was removed. */
export const removed = (userId: string, what: string): Notice => ({
  userId,
  event: "factor_removed",
  subject: "A second factor was removed",
  paragraphs: [
    `It was removed from your account just now: ${what}.`,
    "If this was not you, secure your account at once.",
  ],
  button: { words: "Secure my account", path: "/secure-account" },
});

export const working = (userId: string) =>
  and(eq(authenticators.userId, userId), isNotNull(authenticators.confirmedAt));

export const deleteWorking = (tx: Db, userId: string, id: string) =>
  tx
    .delete(authenticators)
    .where(and(working(userId), eq(authenticators.id, id)))
    .returning({ id: authenticators.id });
