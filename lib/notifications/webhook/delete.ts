import { sql } from "drizzle-orm";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { notFound } from "#lib/core/errors.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { webhookNotice } from "./notice.ts";
import { forgetTrouble } from "./trouble.ts";

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
  notify: ({ actor }) => webhookNotice(actor, "Your webhook was removed: nothing is sent to it any more."),

  async run({ actor, tx }) {
    const mine = sql`${users.id} = ${actor.id} and ${users.webhookUrl} is not null`;
    const none = { webhookUrl: null, webhookSecret: null };
    const [person] = await tx.update(users).set(none).where(mine).returning({ id: users.id });
    if (!person) throw notFound("webhook");
    await forgetTrouble(tx, actor.id);
    return {};
  },
});
