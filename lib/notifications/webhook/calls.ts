import { createHmac } from "node:crypto";
import { and, eq, isNotNull } from "drizzle-orm";
import { primary } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import type { Job } from "#lib/core/jobs.ts";
import { safePost } from "#lib/core/net/egress.ts";
import { type EgressPolicy, publicInternet } from "#lib/core/net/egress-policy.ts";
import { env } from "#lib/env.ts";
import { nowMillis, open, prefix } from "./secrets.ts";
import { forgetTrouble, webhookTroubleJob } from "./trouble.ts";

/** What a webhook tells: one notice of one person. `path` is a page of the portal. */
export type WebhookCall = {
  id: string;
  userId: string;
  accountId?: string;
  event: string;
  subject: string;
  paragraphs: string[];
  path?: string;
};

/** The queue of calls to be made. */
export const webhookQueue = { name: "webhook" };

/** Calls people's webhooks on the public internet; one that fails is tried again for five to six hours. */
export const webhookJob: Job<WebhookCall> = {
  ...webhookQueue,
  deadLetter: webhookTroubleJob.name,
  turns: { all: 100, part: 8 },
  work: (call) => deliverCall(call, publicInternet),
};

/** Makes a call that was queued; throws unless the answer is 2xx. Without a webhook any more, nothing happens. */
export async function deliverCall(call: WebhookCall, policy: EgressPolicy): Promise<void> {
  const status = await makeCall(call, policy);
  if (status === undefined) return;
  if (!isTaken(status)) throw new Error(`the webhook answered ${status}`);
  await forgetTrouble(primary(), call.userId);
}

/** Did the receiver take it? A redirect is not followed, so it is none. */
export const isTaken = (status: number) => status >= 200 && status < 300;

/** Calls a person's webhook once, signed as https://www.standardwebhooks.com has it; the status of the answer. */
export async function makeCall(
  { userId, accountId: _, ...call }: WebhookCall,
  policy: EgressPolicy,
): Promise<number | undefined> {
  const hook = await webhookOf(userId);
  if (!hook) return undefined;
  const { id, path, ...told } = call;
  const url = path && new URL(path, env().APP_URL).href;
  const body = JSON.stringify({ id, ...told, url, user: { id: userId, username: hook.username } });
  const signature = hook.secrets.map((secret) => `v1,${signed(secret, id, hook.now, body)}`).join(" ");
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Latchkey",
    "webhook-id": id,
    "webhook-timestamp": String(hook.now),
    "webhook-signature": signature,
  };
  return safePost(hook.url, body, headers, policy);
}

/** HMAC-SHA-256 over id, timestamp (seconds) and body, joined by dots; base64. */
export function signed(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.slice(prefix.length), "base64");
  return createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
}

/** Where a person's webhook is, the secrets that sign at this moment, newest first, and the time in seconds. */
async function webhookOf(userId: string) {
  const [person] = await primary()
    .select({
      id: users.id,
      accountId: users.accountId,
      username: users.username,
      url: users.webhookUrl,
      sealed: users.webhookSecret,
      now: nowMillis,
    })
    .from(users)
    .where(and(eq(users.id, userId), isNotNull(users.webhookUrl), isNotNull(users.webhookSecret)));
  if (!person?.url || !person.sealed) return undefined;
  const { secret, before } = open(person, person.sealed);
  const overlapping = before && before.until > Number(person.now) ? [before.secret] : [];
  return {
    url: person.url,
    username: person.username,
    secrets: [secret, ...overlapping],
    now: Math.floor(Number(person.now) / 1000),
  };
}
