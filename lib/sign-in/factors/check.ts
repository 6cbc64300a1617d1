import { z } from "zod";
import type { Db } from "#db/client.ts";
import type { Caller, Factor } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { attemptSucceeded, codeGuard, guess } from "../budgets.ts";
import { sourceOf } from "../devices.ts";
import { takeAssertion } from "./passkeys/assertion.ts";
import { type Assertion, optionalAssertion } from "./passkeys/wire.ts";
import { takeRecoveryCode } from "./recovery-codes.ts";
import { type Owner, takeCode } from "./totp.ts";

const digits = z
  .string()
  .max(20, "Type the six digits.")
  .transform((text) => text.replace(/[\s-]/g, ""))
  .pipe(z.string().regex(/^\d{6,10}$/, "Type the six digits that the app shows."));

/** The code of an authenticator: six digits, or up to ten of one that shows more; spaces and dashes do not count. */
export const totpCode = digits.meta({ description: "Six digits of an authenticator", example: "492 039" });

/** A recovery code as it is typed. */
export const recoveryCode = z
  .string()
  .trim()
  .min(8, "Type the whole code.")
  .max(40, "Use at most 40 characters.")
  .meta({ description: "One of the recovery codes; case, spaces and dashes do not count" });

/** What somebody brings to prove a second factor: exactly one of them. */
export const secondProof = {
  code: totpCode.optional(),
  recoveryCode: recoveryCode.optional(),
  passkey: optionalAssertion,
};

export type SecondProof = { code?: string; recoveryCode?: string; passkey?: Assertion };

/** What a second factor is proven for: it goes with a password already proven, or stands alone in a session. */
type Occasion = "sign-in" | "step-up";

/** Is exactly one of these given? For `refine`. */
export const exactlyOne = (given: Record<string, unknown>): boolean =>
  Object.values(given).filter((value) => value !== undefined).length === 1;

/**
 * Checks a second factor, paying for the guess first. Answers which one it was, or why it is none, to be returned by
 * the operation: what it has written stands. Every code is checked here and nowhere else (I-09).
 */
export async function proveSecond(
  tx: Db,
  caller: Caller,
  owner: Owner,
  proof: SecondProof,
  occasion: Occasion,
): Promise<Factor | Refusal> {
  if (proof.passkey) return provePasskey(tx, caller, owner, proof.passkey, occasion);
  const source = await sourceOf(caller, owner.id, tx);
  await guess(codeGuard, owner.id, source);
  const refusal = await take(tx, owner, proof);
  if (refusal) return about(refusal, owner, proof);
  const failures = await attemptSucceeded(codeGuard, owner.id, source);
  if (failures >= NOTIFY_AFTER_FAILURES) await queueNotice(tx, afterFailures(owner, failures));
  if (proof.code !== undefined) return "totp";
  await queueNotice(tx, recoveryUsed(owner));
  return "recovery";
}

/** So many wrong codes before the right one are no slip of the finger: whoever typed them has the password. */
const NOTIFY_AFTER_FAILURES = 3;
const secure = { words: "Secure my account", path: "/secure-account" };

const afterFailures = ({ id }: Owner, failures: number): Notice => ({
  userId: id,
  event: "sign_in_after_failures",
  subject: "Signed in after several wrong codes",
  paragraphs: [
    `A code of your second factor was typed right just now, after wrong ones were typed ${failures} times.`,
    "If those were not you, somebody knows your password: secure your account.",
  ],
  button: secure,
});

const recoveryUsed = ({ id }: Owner): Notice => ({
  userId: id,
  event: "recovery_code_used",
  subject: "A recovery code was used",
  paragraphs: [
    "One of your recovery codes was just used to prove that it is you. It is worth nothing from now on.",
    "If this was not you, secure your account at once: who used it has your password, too.",
  ],
  button: secure,
});

/** Beside a password it is enough to have the passkey; alone, it counts for two only with user verification (I-18). */
async function provePasskey(
  tx: Db,
  caller: Caller,
  owner: Owner,
  passkey: Assertion,
  occasion: Occasion,
): Promise<Factor | Refusal> {
  const ceremony = { purpose: occasion, userId: owner.id };
  const asked = { ceremony, userId: owner.id, requireUserVerification: occasion === "step-up" };
  const verdict = await takeAssertion(tx, caller, passkey, asked);
  if (verdict === "holds") return "passkey";
  if (verdict instanceof Refusal) return verdict;
  return about(new Refusal(verdict === "flagged" ? "passkey_flagged" : "wrong_passkey"), owner, { passkey });
}

function take(tx: Db, owner: Owner, { code, recoveryCode }: SecondProof): Promise<Refusal | null> {
  return code === undefined ? takeRecoveryCode(tx, owner.id, recoveryCode ?? "") : takeCode(tx, owner, code);
}

/** Every failed proof goes on record, for whom it was meant; and the form says it at its field, if it has one. */
function about({ code, message }: Refusal, { id, accountId }: Owner, proof: SecondProof): Refusal {
  const pointer = proof.code === undefined ? "/recoveryCode" : "/code";
  const told = new Refusal(code, message, proof.passkey ? {} : { errors: [{ pointer, code, message }] });
  told.about = { id, accountId };
  return told;
}
