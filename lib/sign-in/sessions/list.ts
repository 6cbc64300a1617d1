import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { sessions } from "#db/schema/sessions.ts";
import { users } from "#db/schema/users.ts";
import { requireSameAccount } from "#lib/access/over/colleague.ts";
import { requireMayStop } from "#lib/access/over/override.ts";
import type { Actor } from "#lib/core/actor.ts";
import { programOf } from "#lib/core/agents.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId, instant, uuid, wire } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { endEverywhere } from "../everywhere.ts";
import { endOtherSessions } from "./operations.ts";
import { withoutVisitorsPlace } from "./visitors.ts";

const wireSession = z.object({
  id: z.uuid(),
  kind: z.enum(["browser", "api", "aims"]),
  device: z.string().nullable().meta({ description: "The browser or program in words" }),
  address: z.string().nullable(),
  factors: z.array(z.string()).meta({ description: "What was proven in it" }),
  createdAt: instant.meta({ description: "When it was signed in" }),
  lastSeenAt: instant,
  expiresAt: instant.meta({ description: "When it ends at the latest" }),
  current: z.boolean().meta({ description: "The session that asks" }),
  impersonatedBy: z.string().nullable().meta({ description: "The username of who acts as the person in it" }),
});

/** A session as people see it. */
export type WireSession = z.output<typeof wireSession>;

const list = z.object({ items: z.array(wireSession) });
const id = uuid().meta({ description: "The session's id" });
const userId = uuid().meta({ description: "The person's id" });

const isLive = sql`${sessions.expiresAt} > now()
  and ${sessions.lastSeenAt} + ${sessions.idleMinutes} * interval '1 minute' > now()`;

/** The own sessions, the one that asks first. There are 20 at most, so there are no pages. */
export const listSessions = defineOperation({
  name: "sessions.list",
  summary: "List your sessions",
  route: "GET /me/sessions",
  allow: "signed-in",
  input: z.strictObject({}),
  output: list,

  run: async ({ actor, tx }) => ({ items: await liveSessions(tx, actor.id, actor.credential.id) }),
});

async function liveSessions(tx: Db, userId: string, present: string): Promise<z.input<typeof wireSession>[]> {
  const isPresent = sql<boolean>`${sessions.id} = ${present}`;
  const found = await tx
    .select({ session: sessions, current: isPresent, impersonator: users.username })
    .from(sessions)
    .leftJoin(users, eq(users.id, sessions.impersonatorId))
    .where(and(eq(sessions.userId, userId), isLive))
    .orderBy(desc(isPresent), desc(sessions.lastSeenAt));
  return found.map(({ session, current, impersonator }) => ({
    ...withoutVisitorsPlace(session),
    device: programOf(session.agent),
    createdAt: wire(session.createdAt),
    lastSeenAt: wire(session.lastSeenAt),
    expiresAt: wire(session.expiresAt),
    current,
    impersonatedBy: session.impersonatorId && (impersonator ?? "somebody of another account"),
  }));
}

/** Ends one of the own sessions, at once and everywhere. */
export const endOneSession = defineOperation({
  name: "sessions.end",
  summary: "End one of your sessions",
  route: "DELETE /me/sessions/{id}",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  whileReadOnly: "allowed",
  endsOwn: true,
  input: z.strictObject({ id }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),

  async run({ actor, tx }, { id }) {
    await endOf(tx, actor.id, id);
    return {};
  },
});

async function endOf(tx: Db, userId: string, id: string) {
  const theirs = and(eq(sessions.id, id), eq(sessions.userId, userId));
  const [ended] = await tx.delete(sessions).where(theirs).returning({ id: sessions.id });
  if (!ended) throw notFound("session");
}

/** Ends every own session but the one that asks. */
export const endOthers = defineOperation({
  name: "sessions.end_others",
  summary: "End all your other sessions",
  route: "DELETE /me/sessions",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  whileReadOnly: "allowed",
  endsOwn: true,
  input: z.strictObject({}),
  output: z.object({ endedSessions: z.int() }),
  audit: ({ actor, output }) => ({ target: actor.id, details: output }),
  notify: ({ actor, output }) => ended(actor, output.endedSessions),

  async run({ actor, tx }) {
    const endedSessions = await endOtherSessions(tx, actor);
    return endedSessions ? { endedSessions } : unchanged({ endedSessions });
  },
});

const ended = ({ id }: Actor, count: number): Notice => ({
  userId: id,
  event: "sessions_ended",
  subject: "Your other sessions were ended",
  paragraphs: [`You ended ${count === 1 ? "one other session" : `${count} other sessions`}.`],
  button: { words: "See your sessions", path: "/sessions" },
});

/** The sessions of somebody of the own account, for their administrator. */
export const listSessionsOf = defineOperation({
  name: "users.list_sessions",
  summary: "List the sessions of a person of your account",
  route: "GET /users/{userId}/sessions",
  allow: "get:user",
  input: z.strictObject({ userId, accountId }),
  output: list,

  async run({ actor, tx, tenant }, { userId }) {
    await requireSameAccount(tx, tenant, userId);
    return { items: await liveSessions(tx, userId, actor.credential.id) };
  },
});

/** Ends one session of somebody of the own account. */
export const endSessionOf = defineOperation({
  name: "users.end_session",
  summary: "End a session of a person of your account",
  route: "DELETE /users/{userId}/sessions/{id}",
  allow: "update:user",
  stepUp: "always",
  by: "session",
  override: "override:user",
  input: z.strictObject({ userId, id, accountId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.userId, details: { session: input.id } }),

  async run({ actor, tx, tenant, caller }, { userId, id }) {
    await requireSameAccount(tx, tenant, userId);
    await requireMayStop({ actor, tx, tenant, caller }, userId, { did: "ended a session of" });
    await endOf(tx, userId, id);
    return {};
  },
});

/** Ends every session of somebody of the own account, and every sign-in of theirs under way. */
export const endSessionsOfUser = defineOperation({
  name: "users.end_sessions",
  summary: "End all sessions of a person of your account",
  route: "DELETE /users/{userId}/sessions",
  allow: "update:user",
  stepUp: "always",
  by: "session",
  override: "override:user",
  input: z.strictObject({ userId, accountId }),
  output: z.object({ endedSessions: z.int() }),
  audit: ({ input, output }) => ({ target: input.userId, details: output }),
  notify: ({ input, output }) => (output.endedSessions ? endedByAdministrator(input.userId) : null),

  async run({ actor, tx, tenant, caller }, { userId }) {
    await requireSameAccount(tx, tenant, userId);
    await requireMayStop({ actor, tx, tenant, caller }, userId, { did: "ended every session of" });
    return { endedSessions: await endEverywhere(tx, userId) };
  },
});

const endedByAdministrator = (userId: string): Notice => ({
  userId,
  event: "sessions_ended",
  subject: "Your sessions were ended",
  paragraphs: ["An administrator of your account ended all your sessions. Sign in again to go on."],
});
