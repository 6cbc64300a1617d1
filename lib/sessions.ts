import { and, desc, eq, inArray, ne, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#lib/db/index.ts";
import { prepared } from "#lib/db/prepared.ts";
import { sessions, users } from "#lib/db/schema.ts";
import type { Actor, Caller } from "./core/actor.ts";
import { freshSeconds } from "./core/freshness.ts";
import { defineOperation } from "./core/operation.ts";
import { hashSecret, mintSecret } from "./core/secrets.ts";
import { dropSignIns } from "./sign-in/everywhere.ts";

const perUser = 20;

type Person = { id: string; accountId: string; account: { sessionIdleMinutes: number; sessionMaxHours: number } };
type How = { kind: "browser" | "api"; factors: string[]; deviceId?: string };

/** Opens a session with the account's lifetimes, and notes the sign-in. Above 20 sessions of one person the oldest end. */
export async function openSession(tx: Db, caller: Caller, user: Person, { kind, factors, deviceId }: How) {
  const token = mintSecret("ses");
  const [opened] = await insertSession(tx, {
    userId: user.id,
    accountId: user.accountId,
    address: caller.address,
    agent: caller.agent.slice(0, 300),
    kind,
    factors,
    deviceId: deviceId ?? null,
    strong: isStrong(factors),
    idleMinutes: user.account.sessionIdleMinutes,
    maxHours: user.account.sessionMaxHours,
    secretHash: hashSecret(token),
  });
  if (!opened) throw new Error("no session was opened");
  return { token, expiresAt: opened.expiresAt };
}

/** Was there more than a password? */
export const isStrong = (factors: string[]): boolean => factors.some((factor) => factor !== "password");

const given = sql.placeholder;

const insertSession = prepared("session-open", (db) => {
  const newestFirst = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, given("userId")))
    .orderBy(desc(sessions.createdAt));
  const tooMany = inArray(sessions.id, newestFirst.offset(perUser - 1));
  const ended = db.$with("ended").as(db.delete(sessions).where(tooMany).returning({ id: sessions.id }));
  const signedIn = db.update(users).set({ lastSignInAt: sql`now()` });
  const noted = db.$with("noted").as(signedIn.where(eq(users.id, given("userId"))).returning({ id: users.id }));
  return db
    .with(ended, noted)
    .insert(sessions)
    .values({
      userId: given("userId"),
      accountId: given("accountId"),
      address: given("address"),
      agent: given("agent"),
      kind: given("kind"),
      factors: given("factors"),
      deviceId: given("deviceId"),
      strong: given("strong"),
      provenAt: sql`now()`,
      freshUntil: sql`now() + ${freshSeconds}::int * interval '1 second'`,
      idleMinutes: given("idleMinutes"),
      expiresAt: sql`now() + ${given("maxHours")}::int * interval '1 hour'`,
      secretHash: given("secretHash"),
    })
    .returning({ expiresAt: sessions.expiresAt });
});

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

/** Ends every session of a person but the one that asks, and every sign-in under way; how many sessions there were. */
export async function endOtherSessions(tx: Db, { id, credential }: Actor): Promise<number> {
  await dropSignIns(tx, id);
  const others = and(eq(sessions.userId, id), ne(sessions.id, credential.id));
  const ended = await tx.delete(sessions).where(others).returning({ id: sessions.id });
  return ended.length;
}

/**
 * Ends the session an actor came with: signed out, or replaced by a new one (I-19). Who acts as somebody else signs out of
 * their own session, with which this one ends.
 */
export const dropSession = (tx: Db, { id, credential, impersonator }: Actor) =>
  tx
    .delete(sessions)
    .where(
      impersonator
        ? and(eq(sessions.id, impersonator.sessionId), eq(sessions.userId, impersonator.id))
        : and(eq(sessions.id, credential.id), eq(sessions.userId, id)),
    )
    .returning({ factors: sessions.factors });
