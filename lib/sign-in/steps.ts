import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { Refusal } from "#lib/core/errors.ts";
import { instant, wire } from "#lib/core/fields.ts";
import type { ProblemCode } from "#lib/core/problems.ts";
import { type Missing, mintChallenge } from "./challenges.ts";
import { passwordRules } from "./passwords/policy.ts";
import type { Person } from "./people.ts";
import { isStrong } from "./sessions/operations.ts";
import { mintTicket } from "./tickets.ts";

/** Who signs in, as the answers of every step say it. */
export const signedInUser = z.object({ id: z.uuid(), accountId: z.string(), username: z.string() });

/** What a step of signing in to the pages answers: the ticket when everything is proven, else what is missing. */
export const stepOutput = z.object({
  next: z.enum(["ticket", "code", "enrol", "new-password"]).meta({ description: "What comes next" }),
  ticket: z.string().optional().meta({ secret: true, description: "Good once, for a minute, at POST /sign-in/ticket" }),
  challenge: z.string().optional().meta({ secret: true, description: "Goes with the next step of this sign-in" }),
  challengeExpiresAt: instant.optional(),
  methods: z.array(z.string()).optional().meta({ description: "What the second factor may be" }),
  because: z.enum(["once", "age"]).optional().meta({ description: "Why a new password is asked for" }),
  rules: passwordRules.optional().meta({ description: "What it has to keep" }),
  user: signedInUser,
});

/**
 * What is still missing before there is a session (I-04): the second factor of who has one, then one where the account
 * requires it, then, if it was by password, a new one for one that was good once or has grown too old. Null when
 * everything is proven.
 */
export async function nextRequirement(tx: Db, who: Person, factors: string[]): Promise<Missing | null> {
  if (hasSecond(who) && !isStrong(factors)) return "code";
  if (!hasSecond(who) && who.mfaRequired && !(await inGrace(tx, who))) return "enrol";
  return (who.passwordOnce || who.passwordOld) && factors.includes("password") ? "new-password" : null;
}

const hasSecond = ({ totp, passkey }: Person) => totp || passkey;

/** The days of grace are granted once, at the first sign-in that needs them, and never anew. */
async function inGrace(tx: Db, { id, graceGranted, inGrace, account: { mfaGraceDays } }: Person): Promise<boolean> {
  if (graceGranted) return inGrace;
  const mfaGraceUntil = sql`now() + ${mfaGraceDays} * interval '1 day'`;
  await tx.update(users).set({ mfaGraceUntil }).where(eq(users.id, id));
  return mfaGraceDays > 0;
}

const methodsOf = (who: Person) => (["passkey", "totp", "recovery"] as const).filter((method) => who[method]);

/** Goes on with a sign-in in the pages: to a ticket, or to a challenge for what is missing. */
export async function advance(tx: Db, who: Person, factors: string[]): Promise<z.input<typeof stepOutput>> {
  const next = await nextRequirement(tx, who, factors);
  if (!next) return { next: "ticket", ticket: await mintTicket(tx, who.id, factors), user: who };
  const { challenge, challengeExpiresAt } = await mintChallenge(tx, who.id, factors, next);
  const asked = next === "new-password" ? newPasswordFor(who) : {};
  return {
    next,
    challenge,
    challengeExpiresAt: wire(challengeExpiresAt),
    methods: methodsOf(who),
    ...asked,
    user: who,
  };
}

const newPasswordFor = ({ passwordOnce, rules }: Person) =>
  ({ because: passwordOnce ? "once" : "age", rules }) as const;

const codes: Record<Missing, ProblemCode> = {
  code: "mfa_code_required",
  enrol: "mfa_enrollment_required",
  "new-password": "new_password_required",
};

/** The same for programs, to whom what is missing is a refusal that carries the challenge; null when nothing is. */
export async function rejectIncomplete(tx: Db, who: Person, factors: string[]): Promise<Refusal | null> {
  const next = await nextRequirement(tx, who, factors);
  if (!next) return null;
  const { challenge, challengeExpiresAt } = await mintChallenge(tx, who.id, factors, next);
  const methods = next === "code" ? methodsOf(who) : undefined;
  return new Refusal(codes[next], undefined, { challenge, challengeExpiresAt: wire(challengeExpiresAt), methods });
}
