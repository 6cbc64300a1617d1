import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { sessions } from "#db/schema/sessions.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { programOf } from "#lib/core/agents.ts";
import { notFound } from "#lib/core/errors.ts";
import { instant, uuid, wire } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
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

export const sessionList = z.object({ items: z.array(wireSession) });

export const sessionId = uuid().meta({ description: "The session's id" });

export const sessionUserId = uuid().meta({ description: "The person's id" });

const isLive = sql`${sessions.expiresAt} > now()
  and ${sessions.lastSeenAt} + ${sessions.idleMinutes} * interval '1 minute' > now()`;

/** The own sessions, the one that asks first. There are 20 at most, so there are no pages. */
export const listSessions = defineOperation({
  name: "sessions.list",
  summary: "List your sessions",
  route: "GET /me/sessions",
  allow: "signed-in",
  input: z.strictObject({}),
  output: sessionList,

  run: async ({ actor, tx }) => ({ items: await liveSessions(tx, actor.id, actor.credential.id) }),
});

export async function liveSessions(tx: Db, userId: string, present: string): Promise<z.input<typeof wireSession>[]> {
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

export async function endOf(tx: Db, userId: string, id: string) {
  const theirs = and(eq(sessions.id, id), eq(sessions.userId, userId));
  const [ended] = await tx.delete(sessions).where(theirs).returning({ id: sessions.id });
  if (!ended) throw notFound("session");
}

export const ended = ({ id }: Actor, count: number): Notice => ({
  userId: id,
  event: "sessions_ended",
  subject: "Your other sessions were ended",
  paragraphs: [`You ended ${count === 1 ? "one other session" : `${count} other sessions`}.`],
  button: { words: "See your sessions", path: "/sessions" },
});
