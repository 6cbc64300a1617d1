import { and, count, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { sessions } from "#db/schema/sessions.ts";
import { tokens } from "#db/schema/tokens.ts";
import { users } from "#db/schema/users.ts";
import { requireAnotherAdministrator } from "#lib/access/administrators.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notAudited } from "#lib/core/audit.ts";
import { badField, conflict, notFound } from "#lib/core/errors.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { dropLinks, lookAtLink, takeLink } from "#lib/core/links.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { holdPerson, linkBudget, linkInput, linkOver, linkOwner, userOfMailedLink } from "#lib/sign-in/mailed-links.ts";
import { isLive } from "#lib/tokens/list.ts";
import { revokeAll } from "#lib/tokens/operations.ts";
import { cancelledNotice, deletionDays, requested } from "./notices.ts";

const dueAt = instant.nullable().meta({ description: "When the person is deleted; null when that is not asked for" });

/** What the own deletion would take away, whether it is asked for, and what stands against it. */
export const getDeletion = defineOperation({
  name: "deletion.get",
  summary: "Ask whether you are going to be deleted, and what would go",
  route: "GET /me/deletion",
  allow: "signed-in",
  input: z.strictObject({}),
  output: z.object({
    dueAt,
    days: z.int().meta({ description: "How long one can call it off" }),
    tokens: z.int().meta({ description: "Live tokens that would be revoked at once" }),
    sessions: z.int().meta({ description: "Sessions that would end at once, with the one that asks" }),
  }),

  async run({ actor, tx }) {
    return { dueAt: wire(await dueAtOf(tx, actor.id)), days: deletionDays, ...(await countOf(tx, actor)) };
  },
});

async function dueAtOf(tx: Db, userId: string): Promise<Date | null> {
  const [person] = await tx.select({ dueAt: users.deletionDueAt }).from(users).where(eq(users.id, userId));
  return person?.dueAt ?? null;
}

async function countOf(tx: Db, { id }: Actor) {
  const [live] = await tx
    .select({ n: count() })
    .from(tokens)
    .where(and(eq(tokens.userId, id), isLive));
  const [open] = await tx
    .select({ n: count() })
    .from(sessions)
    .where(and(eq(sessions.userId, id), sql`${sessions.expiresAt} > now()`));
  return { tokens: live?.n ?? 0, sessions: open?.n ?? 0 };
}

/**
 * Asks to be deleted, in 14 days. At once every session ends and every token is revoked; until the day comes one can
 * sign in and call it off, or do so with the link that is mailed. Refuses `last_administrator`.
 */
export const requestDeletion = defineOperation({
  name: "deletion.request",
  summary: "Ask to be deleted, in 14 days",
  route: "POST /me/deletion",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "deletion", points: 10, seconds: 3600 },
  input: z
    .strictObject({ username: z.string().max(254).meta({ description: "Your username, so that this is no slip" }) })
    .meta({ examples: [{ username: "ada" }] }),
  output: z.object({ dueAt: instant, endedSessions: z.int(), revokedTokens: z.int() }),
  audit: ({ actor, output }) => ({ target: actor.id, details: output }),
  notify: ({ actor, output }) => requested(actor, output.dueAt),

  async run({ actor, tx }, { username }) {
    if (username.trim() !== actor.username) throw badField("username", "differs", `Type ${actor.username} to confirm.`);
    await requireAnotherAdministrator(tx, actor);
    const person = await holdPerson(tx, actor.id);
    if (person.deletionDueAt) throw conflict("You asked for this already. Call it off, or wait for the day.");
    const due = sql`date_trunc('second', now()) + ${deletionDays} * interval '1 day'`;
    const [marked] = await tx
      .update(users)
      .set({ deletionDueAt: due })
      .where(eq(users.id, actor.id))
      .returning({ dueAt: users.deletionDueAt });
    if (!marked?.dueAt) throw notFound("user");
    const revokedTokens = await revokeAll(tx, actor);
    return { dueAt: wire(marked.dueAt), revokedTokens, endedSessions: await endEverywhere(tx, actor.id) };
  },
});

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
