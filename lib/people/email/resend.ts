import { and, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { emailChanges } from "#db/schema/users.ts";
import { notFound, tooMany } from "#lib/core/errors.ts";
import type { Budget } from "#lib/core/limits.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { holdPerson } from "#lib/sign-in/mailed-links.ts";
import { mailPending } from "./mails.ts";
import { isPending, proofHours, readEmail, resendPause, state } from "./pending.ts";

const resendBudget: Budget = { name: "email_resend", points: 10, seconds: 3600 };

/** Mails the link to the new address once more. Refused within a minute of the mail before. */
export const resendEmail = defineOperation({
  name: "email.resend",
  summary: "Send the mail to your new address once more",
  route: "POST /me/email/resend",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  idempotencyKey: true,
  limit: resendBudget,
  input: z.strictObject({}),
  output: state,
  audit: ({ actor }) => ({ target: actor.id }),

  async run({ actor, tx }) {
    const person = await holdPerson(tx, actor.id);
    const again = { sentAt: sql`now()`, expiresAt: sql`now() + ${proofHours} * interval '1 hour'` };
    const rested = sql`${emailChanges.sentAt} <= now() - ${resendPause} * interval '1 second'`;
    const [change] = await tx
      .update(emailChanges)
      .set(again)
      .where(and(isPending(actor.id), rested))
      .returning();
    if (!change) throw await tooSoon(tx, actor.id);
    await mailPending(tx, person, change);
    return readEmail(tx, actor.id);
  },
});

async function tooSoon(tx: Db, userId: string) {
  const wait = sql<number>`ceil(extract(epoch from ${emailChanges.sentAt} - now()) + ${resendPause})::int`;
  const [change] = await tx.select({ wait }).from(emailChanges).where(isPending(userId));
  if (!change) return notFound("change of address");
  return tooMany(Math.max(1, change.wait), { name: "email_pause", limit: 1, window: resendPause });
}
