import { eq } from "drizzle-orm";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { secretOnce } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { webhookNotice } from "./notice.ts";
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
  notify: ({ actor, output }) => webhookNotice(actor, `Your webhook now goes to ${new URL(output.url).host}.`),

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
