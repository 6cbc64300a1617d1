import { sql } from "drizzle-orm";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { notFound } from "#lib/core/errors.ts";
import { secretOnce } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { webhookNotice } from "./notice.ts";
import { mintWebhookSecret, sealWebhookSecret } from "./secrets.ts";

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
  notify: ({ actor }) => webhookNotice(actor, "The signing secret of your webhook was replaced."),

  async run({ actor, tx }) {
    const secret = mintWebhookSecret();
    const webhookSecret = await sealWebhookSecret(tx, actor, secret);
    const mine = sql`${users.id} = ${actor.id} and ${users.webhookUrl} is not null`;
    const [person] = await tx.update(users).set({ webhookSecret }).where(mine).returning({ url: users.webhookUrl });
    if (!person?.url) throw notFound("webhook");
    return { url: person.url, secret };
  },
});
