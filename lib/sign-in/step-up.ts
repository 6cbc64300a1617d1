import { and, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { sessions } from "#db/schema/sessions.ts";
import { users } from "#db/schema/users.ts";
import type { Actor, Caller, Factor } from "#lib/core/actor.ts";
import { notAudited } from "#lib/core/audit.ts";
import { isPassword } from "#lib/core/crypto/hashing.ts";
import { Refusal } from "#lib/core/errors.ts";
import { instant, password, wire } from "#lib/core/fields.ts";
import { freshUntil, stepUpMethods } from "#lib/core/freshness.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { attemptSucceeded, guess, passwordGuard } from "./budgets.ts";
import { sourceOf } from "./devices.ts";
import { exactlyOne, proveSecond, type SecondProof, secondProof } from "./factors/check.ts";
import { askToSign } from "./factors/passkeys/ceremony.ts";
import { requestOptions } from "./factors/passkeys/wire.ts";
import { requireLocalSignIn } from "./factors/policy.ts";
import { rotateSession } from "./sessions/rotate.ts";

const method = z.enum(["passkey", "totp", "recovery", "password"]);

/** Whether sensitive acts are unlocked just now, and what unlocks them. */
export const getStepUp = defineOperation({
  name: "step_up.get",
  summary: "Ask until when you count as freshly proven, and how to prove yourself again",
  route: "GET /sessions/current/step-up",
  allow: "signed-in",
  input: z.strictObject({}),
  output: z.object({
    freshUntil: instant.nullable().meta({ description: "null when sensitive acts ask for step-up" }),
    methods: z.array(method).meta({ description: "What unlocks them, strongest first" }),
  }),

  run: async ({ actor }) => ({ freshUntil: wire(freshUntil(actor)), methods: stepUpMethods(actor) }),
});

/** Proves once more who asks: sensitive acts are unlocked for 15 minutes, and the session gets a new secret. */
export const stepUp = defineOperation({
  name: "step_up.prove",
  summary: "Confirm that it is you; the session goes on under a new token",
  route: "POST /sessions/current/step-up",
  allow: "signed-in",
  stepUp: "never",
  whileImpersonating: "refused",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: z
    .strictObject({
      password: password.optional().meta({ description: "Your password; only where you have no second factor" }),
      ...secondProof,
    })
    .refine(exactlyOne, {
      path: ["password"],
      message: "Give exactly one proof: password, code, recoveryCode or passkey.",
    }),
  output: z.object({
    token: z.string().meta({ secret: true, description: "`lk_ses_…`: takes the place of the one that asked" }),
    expiresAt: instant,
    freshUntil: instant.meta({ description: "Each sensitive act moves it on, up to an hour from the proof" }),
  }),
  audit: ({ actor, input }) => ({ target: actor.credential.id, details: { method: Object.keys(input)[0] } }),

  async run({ actor, tx, caller }, input) {
    requireLocalSignIn(actor);
    const factor = await prove(tx, caller, actor, input);
    if (factor instanceof Refusal) return factor;
    const { token, expiresAt, freshUntil } = await rotateSession(tx, actor, factor);
    return { token, expiresAt: wire(expiresAt), freshUntil: wire(freshUntil) };
  },
});

/** What the browser asks the person's passkeys with, to confirm that it is them. */
export const stepUpOptions = defineOperation({
  name: "step_up.passkey_options",
  summary: "Begin to confirm with a passkey: what to ask it with",
  route: "POST /sessions/current/step-up/options",
  allow: "signed-in",
  stepUp: "never",
  whileImpersonating: "refused",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  limit: { name: "step_up_options", points: 60, seconds: 900 },
  input: z.strictObject({}),
  output: requestOptions,
  audit: notAudited,

  run({ actor, tx }) {
    requireLocalSignIn(actor);
    return askToSign(tx, { purpose: "step-up", userId: actor.id }, "required");
  },
});

type StepUpInput = SecondProof & { password?: string };

/** The password alone is no proof of somebody who has more (I-15). */
async function prove(tx: Db, caller: Caller, actor: Actor, given: StepUpInput): Promise<Factor | Refusal> {
  if (given.password === undefined) return proveSecond(tx, caller, actor, given, "step-up");
  if (stepUpMethods(actor).includes("password")) return provePassword(caller, actor, given.password);
  throw new Refusal("step_up_required", "You have a second factor: confirm with that.", {
    methods: stepUpMethods(actor),
  });
}

async function provePassword(caller: Caller, actor: Actor, password: string): Promise<Factor | Refusal> {
  const source = await sourceOf(caller, actor.id);
  await guess(passwordGuard, actor.id, source);
  const [person] = await primary().select({ hash: users.passwordHash }).from(users).where(eq(users.id, actor.id));
  if (!(await isPassword(person?.hash, password))) return wrong(actor);
  await attemptSucceeded(passwordGuard, actor.id, source);
  return "password";
}

function wrong({ id, accountId }: Actor): Refusal {
  const message = "This is not your password.";
  const errors = [{ pointer: "/password", code: "wrong_password", message }];
  const refusal = new Refusal("invalid_fields", message, { errors });
  refusal.about = { id, accountId };
  return refusal;
}

/** Locks sensitive acts again, before the time is over. */
export const endStepUp = defineOperation({
  name: "step_up.end",
  summary: "Ask for step-up again from now on",
  route: "DELETE /sessions/current/step-up",
  allow: "signed-in",
  stepUp: "never",
  whileImpersonating: "refused",
  whileReadOnly: "allowed",
  input: z.strictObject({}),
  output: z.object({}),
  audit: ({ actor }) => ({ target: actor.credential.id }),

  async run({ actor, tx }) {
    const own = and(eq(sessions.id, actor.credential.id), eq(sessions.userId, actor.id));
    const ended = await tx
      .update(sessions)
      .set({ freshUntil: sql`'-infinity'` })
      .where(and(own, gt(sessions.freshUntil, sql`now()`)))
      .returning({ id: sessions.id });
    return ended.length ? {} : unchanged({});
  },
});
