import { dictionary } from "@zxcvbn-ts/language-common";
import { and, desc, eq, notInArray, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { formerPasswords } from "#db/schema/factors.ts";
import { users } from "#db/schema/users.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { hashPassword, isPassword } from "#lib/core/crypto/hashing.ts";
import { badField, conflict, notFound, type Refusal } from "#lib/core/errors.ts";
import { instant, password, wire } from "#lib/core/fields.ts";
import { hasSecondFactor, requireStepUp } from "#lib/core/freshness.ts";
import { dropLinks } from "#lib/core/links.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { attemptSucceeded, guess, passwordGuard } from "../budgets.ts";
import { sourceOf } from "../devices.ts";
import { dropSignIns } from "../everywhere.ts";
import { requireLocalSignIn } from "../factors/policy.ts";
import { endOtherSessions as endOthers } from "../sessions/operations.ts";
import { renewSession } from "../sessions/rotate.ts";
import { type PasswordRules, passwordRules, passwordSince, rulesColumns } from "./policy.ts";
import { contextWord, rulesOf } from "./rules.ts";

const remembered = 4;

/**
 * Changes the own password. Every other session ends unless asked otherwise; the own one goes on under a new secret.
 */
export const changePassword = defineOperation({
  name: "password.change",
  summary: "Change your password",
  route: "PUT /me/password",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  endsOwn: true,
  limit: { name: "password_change", points: 20, seconds: 3600 },
  input: z
    .strictObject({
      currentPassword: password.meta({ description: "The password until now" }),
      newPassword: password.meta({ description: "At least 12 characters, three of the four kinds" }),
      confirmPassword: password.optional().meta({ description: "The new password again; checked when given" }),
      endOtherSessions: z.boolean().default(true).meta({ description: "End every other session of yours" }),
    })
    .refine(({ newPassword, confirmPassword }) => (confirmPassword ?? newPassword) === newPassword, {
      path: ["confirmPassword"],
      message: "This is not the same as the new password.",
    })
    .meta({ examples: [{ currentPassword: "correct-Horse-7", newPassword: "Better battery 8" }] }),
  output: z.object({
    endedSessions: z.int().meta({ description: "How many other sessions ended" }),
    token: z.string().meta({ secret: true, description: "`lk_ses_…`: takes the place of the one that asked" }),
    expiresAt: instant,
  }),
  audit: ({ actor, output }) => ({ target: actor.id, details: { endedSessions: output.endedSessions } }),
  notify: ({ actor, output }) => passwordChangedNotice(actor, output.endedSessions),

  async run({ actor, tx, caller }, { currentPassword, newPassword, endOtherSessions }) {
    requireLocalSignIn(actor);
    // Who has more than a password proves more than the password, which is asked for here in any case.
    if (hasSecondFactor(actor)) requireStepUp(actor);
    const used = await provePassword(actor, caller, currentPassword);
    await replacePassword(tx, actor.id, await readyPassword(actor, newPassword, used));
    await dropSignIns(tx, actor.id);
    const endedSessions = endOtherSessions ? await endOthers(tx, actor) : 0;
    const { token, expiresAt } = await renewSession(tx, actor);
    return { endedSessions, token, expiresAt: wire(expiresAt) };
  },
});

/** Checks the own password, paying for the guess first; the passwords that a new one must not be. */
export async function provePassword(actor: Actor, caller: Caller, currentPassword: string): Promise<Used> {
  const source = await sourceOf(caller, actor.id);
  await guess(passwordGuard, actor.id, source);
  const used = await usedBy(actor.id);
  if (!(await isPassword(used.current, currentPassword))) throw wrongPassword(actor);
  await attemptSucceeded(passwordGuard, actor.id, source);
  return used;
}

function wrongPassword({ id, accountId }: Actor): Refusal {
  const refusal = badField("currentPassword", "wrong_password", "This is not your current password.");
  refusal.about = { id, accountId };
  return refusal;
}

/** What a person is told whose password was changed. */
export const passwordChangedNotice = (
  { id, fullName }: { id: string; fullName: string },
  endedSessions: number,
): Notice => ({
  userId: id,
  event: "password_changed",
  subject: "Your password was changed",
  paragraphs: [
    `Hello ${fullName},`,
    "your password was just changed.",
    endedSessions ? `Other sessions that were ended: ${endedSessions}.` : "Your other sessions, if any, go on.",
    "If this was not you, tell an administrator of your account at once.",
  ],
  button: { words: "Secure my account", path: "/secure-account" },
});

/** What a new account asks of passwords. */
const classic: PasswordRules = { profile: "classic", secondFactor: false };

/** Refuses a password that the account's profile does not allow, naming each rule it breaks. */
export function assertStrongPassword(
  candidate: string,
  context: string[],
  field = "newPassword",
  asked = classic,
): void {
  const broken = weaknesses(candidate, context, asked);
  if (broken[0]) throw badField(field, broken[0].code, broken.map(({ message }) => message).join(" "));
}

/** Each rule of the profile that a password breaks. `context` are words it must not hold: names and addresses. */
export function weaknesses(candidate: string, context: string[], asked = classic): { code: string; message: string }[] {
  const broken = rulesOf(asked).filter((rule) => !rule.holds(candidate));
  const found = broken.map(({ code, words }) => ({ code, message: `Needed: ${words.toLowerCase()}.` }));
  const word = contextWord(candidate, context);
  if (word) found.push({ code: "context_word", message: `Leave out "${word}": it is easy to guess for you.` });
  if (isCommon(candidate))
    found.push({ code: "common_password", message: "This password is on the list of common ones." });
  return found;
}

let common: Set<string> | undefined;

/** Gathered when a password is first chosen: the words are many, and most processes never need them. */
function commonWords(): Set<string> {
  common ??= new Set(Object.values(dictionary).flatMap((words) => words.map((word) => String(word).toLowerCase())));
  return common;
}

function isCommon(candidate: string): boolean {
  const common = commonWords();
  const bare = candidate.toLowerCase();
  const core = bare.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return common.has(bare) || (core.length >= 4 && core.length >= bare.length - 5 && common.has(core));
}

/** The passwords that a new one must not be, and what the account asks of it. */
type Used = { current: string | null; former: string[]; asked: PasswordRules };

async function usedBy(userId: string): Promise<Used> {
  const [person] = await primary()
    .select({ hash: users.passwordHash, asked: rulesColumns })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(eq(users.id, userId));
  const former = await primary()
    .select({ hash: formerPasswords.hash })
    .from(formerPasswords)
    .where(eq(formerPasswords.userId, userId))
    .orderBy(desc(formerPasswords.replacedAt))
    .limit(remembered);
  return { current: person?.hash ?? null, former: former.map(({ hash }) => hash), asked: person?.asked ?? classic };
}

async function rejectIfReused({ current, former }: Used, candidate: string) {
  const same = await Promise.all([current, ...former].map((hash) => isPassword(hash, candidate)));
  const message = "You used this password before. Choose one that is none of your last five.";
  if (same.includes(true)) throw badField("newPassword", "password_reused", message);
}

/** What the own account asks of a new password, and until when the present one may be used. */
export const getPassword = defineOperation({
  name: "password.get",
  summary: "Read what your account asks of passwords, and when yours was changed",
  route: "GET /me/password",
  allow: "signed-in",
  input: z.strictObject({}),
  output: z.object({
    rules: passwordRules,
    changedAt: instant.nullable(),
    dueAt: instant.nullable().meta({ description: "Signing in asks for another one from then on; null: never" }),
  }),

  async run({ actor, tx }) {
    const age = sql`make_interval(days => ${accounts.passwordMaxAgeDays})`;
    const [own] = await tx
      .select({
        rules: rulesColumns,
        changedAt: users.passwordChangedAt,
        dueAt: sql`${passwordSince} + ${age}`.mapWith(users.passwordChangedAt),
      })
      .from(users)
      .innerJoin(accounts, eq(accounts.id, users.accountId))
      .where(eq(users.id, actor.id));
    if (!own) throw notFound("user");
    return { ...own, changedAt: wire(own.changedAt), dueAt: wire(own.dueAt) };
  },
});

type Whose = { id: string; username: string; fullName: string; email: string; accountName: string };

/** A password that may be set, and the one it is to replace. Hashed before the transaction, which it would hold up. */
export type Ready = { current: string | null; passwordHash: string };

/** Refuses a new password that the rules or the person's own past forbid, by `newPassword`. */
export async function readyPassword(
  { id, username, fullName, email, accountName }: Whose,
  candidate: string,
  used?: Used,
): Promise<Ready> {
  const before = used ?? (await usedBy(id));
  assertStrongPassword(candidate, [username, fullName, email, accountName], "newPassword", before.asked);
  await rejectIfReused(before, candidate);
  return { current: before.current, passwordHash: await hashPassword(candidate) };
}

/**
 * Replaces the very password that was checked: of two changes at once, one wins. Links to a new one are worth nothing
 * then.
 */
export async function replacePassword(tx: Db, userId: string, { current, passwordHash }: Ready): Promise<void> {
  const unchanged = and(eq(users.id, userId), sql`${users.passwordHash} is not distinct from ${current}`);
  const [person] = await tx
    .update(users)
    .set({
      passwordHash,
      passwordChangedAt: sql`now()`,
      passwordOnce: false,
      passwordOnceUntil: null,
      modifiedAt: sql`now()`,
      version: sql`${users.version} + 1`,
    })
    .where(unchanged)
    .returning({ id: users.id });
  if (!person) throw conflict("Your password was changed in the meantime.");
  if (current) await tx.insert(formerPasswords).values({ userId, hash: current });
  for (const purpose of ["reset", "invitation"] as const) await dropLinks(tx, userId, purpose);
  await forgetOldest(tx, userId);
}

async function forgetOldest(tx: Db, userId: string) {
  const newest = tx
    .select({ id: formerPasswords.id })
    .from(formerPasswords)
    .where(eq(formerPasswords.userId, userId))
    .orderBy(desc(formerPasswords.replacedAt))
    .limit(remembered);
  await tx
    .delete(formerPasswords)
    .where(and(eq(formerPasswords.userId, userId), notInArray(formerPasswords.id, newest)));
}
