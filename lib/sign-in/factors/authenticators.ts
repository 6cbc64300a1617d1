import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { authenticators } from "#db/schema/factors.ts";
import { notFound, Refusal } from "#lib/core/errors.ts";
import { instant, name, secretOnce, uuid, wire } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertQuota } from "#lib/core/quota.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { endOtherSessions } from "../sessions/operations.ts";
import { rotateSession } from "../sessions/rotate.ts";
import { totpCode } from "./check.ts";
import { lockOwnRow, removeOthers, requireLocalSignIn } from "./policy.ts";
import { makeRecoveryCodes, readRecoveryCodes } from "./recovery-codes.ts";
import { removal, removeOne } from "./removal.ts";
import { mintTotpSecret, now, type Owner, openSecret, otpauthUri, sealTotpSecret, stepOf } from "./totp.ts";

const perUser = 10;
const id = uuid().meta({ description: "The authenticator's id" });
const called = name(100).meta({ description: "What you call it", example: "phone" });

const draft = z.object({
  id,
  secret: secretOnce().meta({ description: "Base32, for an app that cannot scan" }),
  uri: secretOnce().meta({ description: "`otpauth://…`, for the QR code and for the phone itself" }),
});

/** Begins to set up an authenticator: its secret, which counts for nothing until a code of it was typed. */
export const addAuthenticator = defineOperation({
  name: "authenticators.add",
  summary: "Begin to set up an authenticator; confirm it with a code",
  route: "POST /me/authenticators",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "authenticator_add", points: 30, seconds: 3600 },
  input: z.strictObject({ name: called.default("Authenticator") }),
  output: draft,
  audit: ({ output }) => ({ target: output.id }),

  run({ actor, tx }, { name }) {
    requireLocalSignIn(actor);
    return makeDraft(tx, actor, { name, label: actor.email, issuer: actor.accountName });
  },
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

/** Finishes: a code shows that the app has the secret. Other sessions end unless asked otherwise. */
export const confirmAuthenticator = defineOperation({
  name: "authenticators.confirm",
  summary: "Finish setting up an authenticator with a code of it",
  route: "POST /me/authenticators/{id}/confirm",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "authenticator_confirm", points: 20, seconds: 900 },
  input: z.strictObject({
    id,
    code: totpCode,
    replaces: uuid().optional().meta({ description: "An authenticator that goes once this one works" }),
    replacesAll: z.boolean().default(false).meta({ description: "Every other second factor goes, in the same go" }),
    endOtherSessions: z.boolean().default(true).meta({ description: "End every other session of yours" }),
  }),
  output: strengthened,
  audit: ({ input }) => ({ target: input.id, details: { replaces: input.replaces, replacesAll: input.replacesAll } }),
  notify: ({ actor }) => added(actor.id, "an authenticator app"),

  async run({ actor, tx }, { id, code, replaces, replacesAll, endOtherSessions: alone }) {
    requireLocalSignIn(actor);
    await lockOwnRow(tx, actor.id);
    await confirm(tx, actor, id, code);
    if (replaces && !(await deleteWorking(tx, actor.id, replaces)).length) throw notFound("authenticator");
    if (replacesAll) await removeOthers(tx, actor.id, id);
    const recoveryCodes = await firstCodes(tx, actor.id, replacesAll);
    if (alone) await endOtherSessions(tx, actor);
    const { token, expiresAt } = await rotateSession(tx, actor, "totp");
    return { token, expiresAt: wire(expiresAt), recoveryCodes };
  },
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

/** Calls an authenticator something else. */
export const renameAuthenticator = defineOperation({
  name: "authenticators.rename",
  summary: "Rename an authenticator",
  route: "PATCH /me/authenticators/{id}",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  input: z.strictObject({ id, name: called }),
  output: z.object({ id, name: z.string() }),
  audit: ({ input }) => ({ target: input.id, details: { name: input.name } }),

  async run({ actor, tx }, { id, name }) {
    const own = and(working(actor.id), eq(authenticators.id, id));
    const [found] = await tx.select({ name: authenticators.name }).from(authenticators).where(own).for("no key update");
    if (!found) throw notFound("authenticator");
    if (found.name === name) return unchanged({ id, name });
    await tx.update(authenticators).set({ name }).where(own);
    return { id, name };
  },
});

const working = (userId: string) => and(eq(authenticators.userId, userId), isNotNull(authenticators.confirmedAt));

/** Removes an authenticator; refused for the last factor where the account requires one. */
export const removeAuthenticator = defineOperation({
  name: "authenticators.remove",
  summary: "Remove an authenticator",
  route: "DELETE /me/authenticators/{id}",
  allow: "signed-in",
  stepUp: "in_person",
  input: z.strictObject({ id, ...removal }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),
  notify: ({ actor }) => removed(actor.id, "an authenticator app"),

  run({ actor, tx }, { id, endOtherSessions }) {
    const remove = () => deleteWorking(tx, actor.id, id);
    return removeOne(tx, actor, { what: "authenticator", endOtherSessions, remove });
  },
});

const deleteWorking = (tx: Db, userId: string, id: string) =>
  tx
    .delete(authenticators)
    .where(and(working(userId), eq(authenticators.id, id)))
    .returning({ id: authenticators.id });
