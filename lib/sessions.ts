import { and, desc, eq, notInArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#lib/db/index.ts";
import { sessions } from "#lib/db/schema.ts";
import type { Actor, Caller } from "./core/actor.ts";
import { defineOperation } from "./core/operation.ts";
import { hashSecret, mintSecret } from "./core/secrets.ts";

const perUser = 20;

type Person = { id: string; accountId: string; account: { sessionIdleMinutes: number; sessionMaxHours: number } };
type How = { kind: "browser" | "api"; factors: string[] };

/** Opens a session with the account's lifetimes. Above 20 sessions of one person the oldest end. */
export async function openSession(tx: Db, caller: Caller, user: Person, how: How) {
  const token = mintSecret("ses");
  const { sessionIdleMinutes: idleMinutes, sessionMaxHours } = user.account;
  const expiresAt = sql`now() + ${sessionMaxHours} * interval '1 hour'`;
  const whose = {
    userId: user.id,
    accountId: user.accountId,
    address: caller.address,
    agent: caller.agent.slice(0, 300),
  };
  const [opened] = await tx
    .insert(sessions)
    .values({ ...whose, ...how, idleMinutes, expiresAt, secretHash: hashSecret(token) })
    .returning({ expiresAt: sessions.expiresAt });
  if (!opened) throw new Error("no session was opened");
  await endOldest(tx, user.id);
  return { token, expiresAt: opened.expiresAt };
}

async function endOldest(tx: Db, userId: string) {
  const newest = tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(desc(sessions.createdAt))
    .limit(perUser);
  await tx.delete(sessions).where(and(eq(sessions.userId, userId), notInArray(sessions.id, newest)));
}

/** Ends the session that asks, at once and everywhere. */
export const endSession = defineOperation({
  name: "sessions.end_current",
  summary: "Sign out: end the session that asks",
  route: "DELETE /sessions/current",
  allow: "signed-in",
  input: z.strictObject({}),
  output: z.object({}),
  audit: ({ actor }) => ({ target: actor.credential.id }),

  async run({ actor, tx }) {
    await dropSession(tx, actor);
    return {};
  },
});

/** Ends the session an actor came with: signed out, or replaced by a new one (I-19). */
export const dropSession = (tx: Db, actor: Actor) =>
  tx.delete(sessions).where(and(eq(sessions.id, actor.credential.id), eq(sessions.userId, actor.id)));
