import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { emailChanges } from "#db/schema/users.ts";
import { notAudited } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import { dropLinks } from "#lib/core/links.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { linkBudget, linkInput, linkOwner } from "#lib/sign-in/mailed-links.ts";
import { look, seen, setEmail, takeChange } from "./links.ts";
import { addressChangedNotice, undoDays } from "./mails.ts";

/** Looks at a link that proves an address, without using it up. */
export const checkEmail = defineOperation({
  name: "email.check",
  summary: "Ask what a link to confirm an e-mail address is for",
  route: "POST /me/email/check",
  allow: "anyone",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: seen,
  audit: notAudited,

  run: ({ tx }, { link }) => look(tx, "email", link),
});

/**
 * Proves an address with the link mailed to it, for whoever asked for it and is signed in: the mailbox alone is not
 * enough (I-14). It replaces the one before, which is told and can be returned to for seven days. Refuses `forbidden`
 * to anybody else, `link_expired`, and `conflict` where somebody else has proven the address by now; who has it
 * unproven gives way.
 */
export const confirmEmail = defineOperation({
  name: "email.confirm",
  summary: "Confirm an e-mail address with the link mailed to it",
  route: "POST /me/email/confirm",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: z.object({ user: linkOwner, email: z.string() }),
  audit: ({ output }) => ({ target: output.user.id, details: { email: output.email } }),

  async run({ actor, tx }, { link }) {
    const { person, change } = await takeChange(tx, "email", link);
    if (person.id !== actor.id) throw anothers(person);
    await setEmail(tx, person.id, change.newEmail);
    await dropLinks(tx, person.id, "email");
    // A reset that was mailed to the old address is no business of whoever reads that one later.
    await dropLinks(tx, person.id, "reset");
    const isOther = change.newEmail !== person.email;
    const undoUntil = sql`now() + ${isOther ? undoDays : 0} * interval '1 day'`;
    const kept = { confirmedAt: sql`now()`, oldEmail: person.email, undoUntil };
    const [done] = await tx.update(emailChanges).set(kept).where(eq(emailChanges.id, change.id)).returning();
    // Only an address that was proven has a say (I-17).
    if (done && isOther && person.emailVerifiedAt) await queueNotice(tx, addressChangedNotice(person, done));
    return { user: person, email: change.newEmail };
  },
});

const anothers = ({ username }: { username: string }) =>
  new Refusal("forbidden", `This link is for the user ${username}. Sign in as that one, and open it again.`);
