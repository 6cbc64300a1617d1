import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { emailChanges } from "#db/schema/users.ts";
import { notAudited } from "#lib/core/audit.ts";
import { dropLinks } from "#lib/core/links.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { forgetDevices } from "#lib/sign-in/devices.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { linkBudget, linkInput, linkOwner } from "#lib/sign-in/mailed-links.ts";
import { look, seen, setEmail, takeChange } from "./links.ts";
import { takenBack } from "./mails.ts";
import { dropPending } from "./pending.ts";

/** Looks at a link that takes a change of address back, without using it up. */
export const checkUndo = defineOperation({
  name: "email.check_undo",
  summary: "Ask what a link to take back a change of address is for",
  route: "POST /me/email/undo/check",
  allow: "anyone",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: seen,
  audit: notAudited,

  run: ({ tx }, { link }) => look(tx, "email-undo", link),
});

/**
 * Takes a change of address back: the old one returns, whatever it was changed to since; everything that whoever
 * changed it may hold ends: sessions, sign-ins under way, known devices, and every link mailed meanwhile.
 */
export const undoEmail = defineOperation({
  name: "email.undo",
  summary: "Take back a change of your e-mail address with the link mailed to the old one",
  route: "POST /me/email/undo",
  allow: "anyone",
  idempotencyKey: true,
  endsOwn: true,
  limit: linkBudget,
  input: linkInput,
  output: z.object({ user: linkOwner, email: z.string(), endedSessions: z.int() }),
  audit: ({ output }) => ({
    actor: output.user,
    target: output.user.id,
    details: { email: output.email, endedSessions: output.endedSessions },
  }),
  notify: ({ output }) => takenBack(output.user.id, output.email, output.endedSessions),

  async run({ tx }, { link }) {
    const { person, change } = await takeChange(tx, "email-undo", link);
    await setEmail(tx, person.id, change.oldEmail);
    await dropPending(tx, person.id);
    for (const purpose of ["email-undo", "reset"] as const) await dropLinks(tx, person.id, purpose);
    await tx.update(emailChanges).set({ undoUntil: sql`now()` }).where(eq(emailChanges.userId, person.id));
    const endedSessions = await endEverywhere(tx, person.id);
    await forgetDevices(tx, person.id);
    return { user: person, email: change.oldEmail, endedSessions };
  },
});
