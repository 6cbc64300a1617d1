import { and, count, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { sessions } from "#db/schema/sessions.ts";
import { tokens } from "#db/schema/tokens.ts";
import { users } from "#db/schema/users.ts";
import { requireAnotherAdministrator } from "#lib/access/administrators.ts";
import type { Actor } from "#lib/core/actor.ts";
import { badField, conflict, notFound } from "#lib/core/errors.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { holdPerson } from "#lib/sign-in/mailed-links.ts";
import { revokeAll } from "#lib/tokens/revoke.ts";
import { isLive } from "#lib/tokens/token.ts";
import { dueAt, dueAtOf } from "./due.ts";
import { deletionDays, requested } from "./notices.ts";

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
