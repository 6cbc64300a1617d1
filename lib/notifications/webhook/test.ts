import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { primary } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { withSlot } from "#lib/core/concurrency.ts";
import { conflict } from "#lib/core/errors.ts";
import { notPublic, publicInternet, Unreachable } from "#lib/core/net/egress-policy.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { isTaken, makeCall } from "./calls.ts";
import { forgetTrouble } from "./trouble.ts";

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
