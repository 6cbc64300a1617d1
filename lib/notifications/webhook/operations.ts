import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { primary } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { withSlot } from "#lib/core/concurrency.ts";
import { conflict, notFound } from "#lib/core/errors.ts";
import { secretOnce } from "#lib/core/fields.ts";
import { notPublic, publicInternet, Unreachable } from "#lib/core/net/egress-policy.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { isTaken, makeCall } from "./calls.ts";
import { mintWebhookSecret, sealWebhookSecret } from "./secrets.ts";
import { forgetTrouble } from "./trouble.ts";

const url = z
  .string()
  .trim()
  .max(2000, "Use at most 2000 characters.")
  .pipe(z.url({ protocol: /^https$/, error: "Write a whole address that begins with https://." }))
  .refine((text) => !/^https:\/\/[^/?#]*@/i.test(text), "Leave out the name and password: the signature proves us.")
  .transform((text) => new URL(text).href)
  .meta({ description: "Your own receiver, on the public internet", example: "https://hooks.example.org/latchkey" });

/** Sets the own webhook. A secret is made where there is none yet; it is shown this once. */
export const putWebhook = defineOperation({
  name: "webhook.put",
  summary: "Set the address of your webhook; a first one comes with its signing secret, shown once",
  route: "PUT /me/webhook",
  allow: "signed-in",
  stepUp: "in_person",
  input: z.strictObject({ url }),
  output: z.object({
    url: z.string(),
    secret: secretOnce().nullable().meta({ secret: true, description: "Signs what is sent; null when you have one" }),
  }),
  audit: ({ actor, output }) => ({ target: actor.id, details: { host: new URL(output.url).host } }),
  notify: ({ actor, output }) => told(actor, `Your webhook now goes to ${new URL(output.url).host}.`),

  async run({ actor, tx }, { url }) {
    const [person] = await tx
      .select({ sealed: users.webhookSecret, url: users.webhookUrl })
      .from(users)
      .where(eq(users.id, actor.id))
      .for("no key update");
    await forgetTrouble(tx, actor.id);
    if (person?.sealed && person.url === url) return unchanged({ url, secret: null });
    const secret = person?.sealed ? null : mintWebhookSecret();
    const webhookSecret = secret ? await sealWebhookSecret(tx, actor, secret) : undefined;
    await tx.update(users).set({ webhookUrl: url, webhookSecret }).where(eq(users.id, actor.id));
    return { url, secret };
  },
});

/** Makes a new signing secret. For 24 hours the one before signs beside it, so that receivers can follow. */
export const rotateWebhookSecret = defineOperation({
  name: "webhook.rotate",
  summary: "Make a new signing secret for your webhook; the one before signs along for 24 hours",
  route: "POST /me/webhook/secret",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  input: z.strictObject({}),
  output: z.object({ url: z.string(), secret: secretOnce() }),
  audit: ({ actor }) => ({ target: actor.id }),
  notify: ({ actor }) => told(actor, "The signing secret of your webhook was replaced."),

  async run({ actor, tx }) {
    const secret = mintWebhookSecret();
    const webhookSecret = await sealWebhookSecret(tx, actor, secret);
    const mine = sql`${users.id} = ${actor.id} and ${users.webhookUrl} is not null`;
    const [person] = await tx.update(users).set({ webhookSecret }).where(mine).returning({ url: users.webhookUrl });
    if (!person?.url) throw notFound("webhook");
    return { url: person.url, secret };
  },
});

/** Forgets the own webhook and its secret. */
export const deleteWebhook = defineOperation({
  name: "webhook.delete",
  summary: "Remove your webhook",
  route: "DELETE /me/webhook",
  allow: "signed-in",
  stepUp: "in_person",
  input: z.strictObject({}),
  output: z.object({}),
  audit: ({ actor }) => ({ target: actor.id }),
  notify: ({ actor }) => told(actor, "Your webhook was removed: nothing is sent to it any more."),

  async run({ actor, tx }) {
    const mine = sql`${users.id} = ${actor.id} and ${users.webhookUrl} is not null`;
    const none = { webhookUrl: null, webhookSecret: null };
    const [person] = await tx.update(users).set(none).where(mine).returning({ id: users.id });
    if (!person) throw notFound("webhook");
    await forgetTrouble(tx, actor.id);
    return {};
  },
});

/** Calls the own webhook at once with an event `test`, and says how it went. Few at a time: see {@link withSlot}. */
export const testWebhook = defineOperation({
  name: "webhook.test",
  summary: "Send a test to your webhook and learn how it answered",
  route: "POST /me/webhook/test",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "webhook_test", points: 10, seconds: 600 },
  input: z.strictObject({}),
  output: z.object({
    status: z.int().nullable().meta({ description: "What it answered; null when it could not be reached" }),
    taken: z.boolean().meta({ description: "Is that a 2xx?" }),
    outcome: z.string().meta({ example: "It answered 204." }),
  }),
  audit: ({ actor, output }) => ({ target: actor.id, details: { status: output.status } }),

  async run({ actor, tx }) {
    await requireWebhook(actor);
    const answer = await withSlot(actor, () => call(actor));
    if (answer.taken) await forgetTrouble(tx, actor.id);
    return answer;
  },
});

// Read outside the transaction, which would otherwise be held open for as long as the receiver takes.
async function requireWebhook({ id }: Actor) {
  const [person] = await primary().select({ url: users.webhookUrl }).from(users).where(eq(users.id, id));
  if (!person?.url) throw conflict("You have no webhook. Set its address first.");
}

async function call({ id: userId, fullName }: Actor) {
  const paragraphs = [`Hello ${fullName},`, "this is a test: your webhook works."];
  const test = { id: randomUUID(), userId, event: "test", subject: "A test from Latchkey", paragraphs };
  try {
    const status = await makeCall(test, publicInternet);
    if (status === undefined) return { status: null, taken: false, outcome: "There is no webhook any more." };
    return { status, taken: isTaken(status), outcome: `It answered ${status}.` };
  } catch (error) {
    return { status: null, taken: false, outcome: reason(error) };
  }
}

/**
 * Why a call failed, in words for whoever set the address: what failed inside our network is none of their business.
 */
function reason(error: unknown): string {
  if (error instanceof Unreachable) return error.message;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  // A name that is not there is told as one that leads inside: or one would learn which names there are inside.
  if (/^(ENOTFOUND|EAI_)/.test(code)) return notPublic;
  return `It could not be reached${code ? ` (${code})` : ""}.`;
}

const told = ({ id, fullName }: Actor, what: string): Notice => ({
  userId: id,
  event: "webhook_changed",
  subject: "Your webhook was changed",
  paragraphs: [`Hello ${fullName},`, what, "If this was not you, tell an administrator of your account at once."],
  button: { words: "Look at your webhook", path: "/notifications#webhook" },
});
