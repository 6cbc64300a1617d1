import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { notAudited } from "#lib/core/audit.ts";
import { notFound } from "#lib/core/errors.ts";
import { wire } from "#lib/core/fields.ts";
import { dropLinks, lookAtLink, takeLink } from "#lib/core/links.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { holdPerson, linkBudget, linkInput, linkOver, linkOwner, userOfMailedLink } from "#lib/sign-in/mailed-links.ts";
import { dueAt, dueAtOf } from "./due.ts";
import { cancelledNotice } from "./notices.ts";

/** Calls the own deletion off. Tokens stay revoked. */
export const cancelDeletion = defineOperation({
  name: "deletion.cancel",
  summary: "Call your deletion off",
  route: "DELETE /me/deletion",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  input: z.strictObject({}),
  output: z.object({}),
  audit: ({ actor }) => ({ target: actor.id }),
  notify: ({ actor }) => cancelledNotice(actor.id),

  async run({ actor, tx }) {
    await holdPerson(tx, actor.id);
    if (!(await keep(tx, actor.id))) throw notFound("deletion to call off");
    return {};
  },
});

/** Looks at a link that calls a deletion off, without using it up. */
export const checkKeep = defineOperation({
  name: "deletion.check",
  summary: "Ask what a link to call off a deletion is for",
  route: "POST /me/deletion/check",
  allow: "anyone",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: z.object({
    user: linkOwner.nullable().meta({ description: "Who would be deleted; null when the link is used up or too old" }),
    dueAt,
  }),
  audit: notAudited,

  async run({ tx }, { link }) {
    const found = await lookAtLink(tx, "keep-account", link);
    const due = found && (await dueAtOf(tx, found.userId));
    if (!due) return { user: null, dueAt: null };
    return { user: await userOfMailedLink(tx, found.userId), dueAt: wire(due) };
  },
});

/** Calls a deletion off with the link that was mailed, signed in or not. */
export const keepAccount = defineOperation({
  name: "deletion.keep",
  summary: "Call a deletion off with the link that was mailed",
  route: "POST /me/deletion/keep",
  allow: "anyone",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: z.object({ user: linkOwner }),
  audit: ({ output }) => ({ actor: output.user, target: output.user.id }),
  notify: ({ output }) => cancelledNotice(output.user.id),

  async run({ tx }, { link }) {
    const found = await lookAtLink(tx, "keep-account", link);
    if (!found) throw linkOver();
    const person = await holdPerson(tx, found.userId);
    if (!(await takeLink(tx, "keep-account", link)) || !(await keep(tx, person.id))) throw linkOver();
    return { user: person };
  },
});

/** False when there was nothing to call off. */
async function keep(tx: Db, userId: string): Promise<boolean> {
  const due = and(eq(users.id, userId), sql`${users.deletionDueAt} is not null`);
  const kept = await tx.update(users).set({ deletionDueAt: null }).where(due).returning({ id: users.id });
  await dropLinks(tx, userId, "keep-account");
  return kept.length > 0;
}
