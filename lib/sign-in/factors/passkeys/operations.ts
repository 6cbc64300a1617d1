import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { passkeys } from "#db/schema/factors.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { badField, conflict, notFound, Refusal } from "#lib/core/errors.ts";
import { name, uuid, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertQuota } from "#lib/core/quota.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { endOtherSessions } from "#lib/sign-in/sessions/operations.ts";
import { rotateSession } from "#lib/sign-in/sessions/rotate.ts";
import { added, firstCodes, removed, strengthened } from "../authenticators.ts";
import { requireLocalSignIn } from "../policy.ts";
import { removal, removeOne } from "../removal.ts";
import { askToCreate, readRegistration } from "./ceremony.ts";
import { takePasskeyChallenge } from "./challenges.ts";
import { challengeOf, creationOptions, knownTransports, type Registration, registrationResponse } from "./wire.ts";

const perUser = 20;
const id = uuid().meta({ description: "The passkey's id" });
const called = name(100).meta({ description: "What you call it", example: "work laptop" });

/** What the browser asks an authenticator to make a passkey with; good for five minutes. */
export const passkeyOptions = defineOperation({
  name: "passkeys.options",
  summary: "Begin to add a passkey: what to ask the authenticator with",
  route: "POST /me/passkeys/options",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "passkey_options", points: 60, seconds: 3600 },
  input: z.strictObject({}),
  output: creationOptions,
  audit: ({ actor }) => ({ target: actor.id }),

  run({ actor, tx }) {
    requireLocalSignIn(actor);
    return askToCreate(tx, actor);
  },
});

/** Adds the passkey that an authenticator made. Other sessions end unless asked otherwise. */
export const addPasskey = defineOperation({
  name: "passkeys.add",
  summary: "Add a passkey",
  route: "POST /me/passkeys",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "passkey_add", points: 30, seconds: 3600 },
  input: z.strictObject({
    name: called.default("Passkey"),
    response: registrationResponse,
    endOtherSessions: z.boolean().default(true).meta({ description: "End every other session of yours" }),
  }),
  output: strengthened.extend({ id }),
  audit: ({ output, input }) => ({ target: output.id, details: { name: input.name } }),
  notify: ({ actor }) => added(actor.id, "a passkey"),

  async run({ actor, tx }, { name, response, endOtherSessions: alone }) {
    requireLocalSignIn(actor);
    await requireQuota(tx, actor);
    const id = await insert(tx, actor, name, response);
    if (id instanceof Refusal) return id;
    const recoveryCodes = await firstCodes(tx, actor.id);
    if (alone) await endOtherSessions(tx, actor);
    const { token, expiresAt } = await rotateSession(tx, actor, "passkey");
    return { id, token, expiresAt: wire(expiresAt), recoveryCodes };
  },
});

/** Their row is locked: of two that come together for the last place, one finds it taken. */
async function requireQuota(tx: Db, { id }: Actor) {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, id)).for("no key update");
  await assertQuota(tx, passkeys, eq(passkeys.userId, id), perUser, `You have ${perUser} passkeys. Remove one.`);
}

/** The id of the new passkey, or why there is none: its challenge is used up in any case. */
async function insert(tx: Db, { id: userId }: Actor, name: string, response: Registration) {
  const isAsked = await takePasskeyChallenge(tx, challengeOf(response), { purpose: "register", userId });
  const passkey = isAsked ? await readRegistration(response) : null;
  if (!passkey) return badField("response", "not_verified", notVerified);
  const { transports = [] } = response.response;
  const [made] = await tx
    .insert(passkeys)
    .values({ ...passkey, userId, name, transports: knownTransports(transports) })
    .onConflictDoNothing({ target: passkeys.credentialId })
    .returning({ id: passkeys.id });
  return made?.id ?? conflict("This passkey was added before.");
}

const notVerified = "The passkey could not be verified, or it took longer than five minutes. Try again.";

/** Calls a passkey something else. */
export const renamePasskey = defineOperation({
  name: "passkeys.rename",
  summary: "Rename a passkey",
  route: "PATCH /me/passkeys/{id}",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  input: z.strictObject({ id, name: called }),
  output: z.object({ id, name: z.string() }),
  audit: ({ input }) => ({ target: input.id, details: { name: input.name } }),

  async run({ actor, tx }, { id, name }) {
    const [found] = await tx.select({ name: passkeys.name }).from(passkeys).where(own(actor, id)).for("no key update");
    if (!found) throw notFound("passkey");
    if (found.name === name) return unchanged({ id, name });
    await tx.update(passkeys).set({ name }).where(own(actor, id));
    return { id, name };
  },
});

const own = (actor: Actor, id: string) => and(eq(passkeys.id, id), eq(passkeys.userId, actor.id));

/** Removes a passkey; refused for the last factor where the account requires one. */
export const removePasskey = defineOperation({
  name: "passkeys.remove",
  summary: "Remove a passkey",
  route: "DELETE /me/passkeys/{id}",
  allow: "signed-in",
  stepUp: "in_person",
  input: z.strictObject({ id, ...removal }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),
  notify: ({ actor }) => removed(actor.id, "a passkey"),

  run({ actor, tx }, { id, endOtherSessions }) {
    const remove = () => tx.delete(passkeys).where(own(actor, id)).returning({ id: passkeys.id });
    return removeOne(tx, actor, { what: "passkey", endOtherSessions, remove });
  },
});
