import { and, eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { sessions } from "#db/schema/sessions.ts";
import type { Actor, Factor } from "./actor.ts";
import { Refusal } from "./errors.ts";

/** Seconds that a proof of identity unlocks things for; each use begins them anew, up to an hour from the proof. */
export const freshSeconds = 900;

/** Ways to prove oneself again, strongest first. */
const methods: Factor[] = ["passkey", "totp", "recovery", "password"];

const isSecond = (factor: Factor) => factor !== "password";

/** Has this person a factor beside the password? */
export const hasSecondFactor = (actor: Actor): boolean =>
  actor.factors.includes("passkey") || actor.factors.includes("totp");

/** What this person may step up with: the password alone only where there is nothing stronger (I-15). */
export const stepUpMethods = (actor: Actor): Factor[] =>
  methods.filter((method) => actor.factors.includes(method) && isSecond(method) === hasSecondFactor(actor));

/**
 * Until when the session of this person counts as freshly proven, at the highest level they have; null when it does
 * not.
 */
export function freshUntil({ credential, ...actor }: Actor): Date | null {
  if (credential.kind !== "session" || !credential.freshUntil) return null;
  return credential.strong || !hasSecondFactor({ credential, ...actor }) ? credential.freshUntil : null;
}

/**
 * Refuses a session in which nothing was proven lately. Tokens never step up: their scope, or of an API user its role,
 * decides (see `authorize`). The contract of AIMS knows no step-up: over its own API, what was proven for a session of
 * AIMS holds as long as that.
 */
export function requireStepUp(actor: Actor): void {
  if (!aimsOf(actor)?.viaAimsApi) requireProof(actor);
}

/**
 * The same for what is the person's own, such as their factors and their address: with an access key nobody has proven
 * who they are, so that a session it opened does none of that, over any transport.
 */
export function requireStepUpForOwn(actor: Actor): void {
  const aims = aimsOf(actor);
  if (!aims?.viaAimsApi || aims.byKey) requireProof(actor);
}

/** What there is to know of a session of AIMS; undefined for whatever else somebody came with. */
export const aimsOf = ({ credential }: Actor) => (credential.kind === "session" ? credential.aims : undefined);

function requireProof(actor: Actor): void {
  if (actor.credential.kind !== "session" || freshUntil(actor)) return;
  throw new Refusal("step_up_required", undefined, { maxAge: freshSeconds, methods: stepUpMethods(actor) });
}

/** A sensitive act was done: what was proven goes on for another 15 minutes, up to an hour from the proof. */
export async function extendStepUp(tx: Db, { id, credential }: Actor): Promise<void> {
  if (credential.kind !== "session") return;
  const freshUntil = sql`least(now() + ${freshSeconds} * interval '1 second', ${sessions.provenAt} + interval '1 hour')`;
  await tx
    .update(sessions)
    .set({ freshUntil })
    .where(and(eq(sessions.id, credential.id), eq(sessions.userId, id)));
}
