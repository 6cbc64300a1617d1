import { and, desc, eq, inArray, ne, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { prepared } from "#db/prepared.ts";
import { sessions } from "#db/schema/sessions.ts";
import { users } from "#db/schema/users.ts";
import { isAccessKey } from "#lib/access/issued/key-factor.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { freshSeconds } from "#lib/core/freshness.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { spendSignIn, type Way } from "../budgets.ts";
import { dropSignIns } from "../everywhere.ts";

/** How many sessions of one person there may be: programs that sign in over AIMS do not push people's own out. */
const perUser = (kind: Way) => (kind === "aims" ? 100 : 20);

/** A session of AIMS lasts so many hours, used or not: its clients never renew one. */
const aimsHours = 6;

type Person = { id: string; accountId: string; account: { sessionIdleMinutes: number; sessionMaxHours: number } };
/** `isKnown`: with a browser that they have signed in with before, which shows the secret of its own. */
type SessionOrigin = { kind: Way; factors: string[]; deviceId?: string; isKnown?: boolean; accessKeyId?: string };

/**
 * Opens a session with the account's lifetimes, and notes the sign-in. Above 20 sessions of one person the oldest end;
 * of AIMS, above 100. Refuses `too_many_requests` beyond 300 in 30 minutes of one kind, and 30 more with each known
 * browser and with passkeys.
 */
export async function openSession(tx: Db, caller: Caller, user: Person, how: SessionOrigin) {
  const { kind, factors, deviceId, accessKeyId } = how;
  await spendSignIn(user, kind, proofOf(how));
  const token = mintSecret(kind === "aims" ? "aim" : "ses");
  const [opened] = await insertSession(tx, {
    userId: user.id,
    accountId: user.accountId,
    address: caller.address,
    agent: caller.agent.slice(0, 300),
    kind,
    factors,
    deviceId: deviceId ?? null,
    accessKeyId: accessKeyId ?? null,
    strong: isStrong(factors),
    isProven: factors.some((factor) => !isAccessKey(factor)),
    older: perUser(kind) - 1,
    ...lifetime(kind, user),
    secretHash: hashSecret(token),
  });
  if (!opened) throw new Error("no session was opened");
  return { token, expiresAt: opened.expiresAt };
}

/** With what somebody signs in who does more than know a password. */
function proofOf({ factors, deviceId, isKnown }: SessionOrigin): string | undefined {
  if (factors.includes("passkey")) return "passkey";
  return isKnown ? `device ${deviceId}` : undefined;
}

function lifetime(kind: Way, { account: { sessionIdleMinutes, sessionMaxHours } }: Person) {
  if (kind !== "aims") return { idleMinutes: sessionIdleMinutes, maxHours: sessionMaxHours };
  const maxHours = Math.min(aimsHours, sessionMaxHours);
  return { idleMinutes: maxHours * 60, maxHours };
}

/** Was there more than a password, or an access key? */
export const isStrong = (factors: string[]): boolean =>
  factors.some((factor) => factor !== "password" && !isAccessKey(factor));

const given = sql.placeholder;

const insertSession = prepared("session-open", (db) => {
  const newestFirst = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      sql`${sessions.userId} = ${given("userId")} and (${sessions.kind} = 'aims') = (${given("kind")}::text = 'aims')`,
    )
    .orderBy(desc(sessions.createdAt));
  const tooMany = inArray(sessions.id, newestFirst.offset(given("older")));
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
      accessKeyId: given("accessKeyId"),
      strong: given("strong"),
      provenAt: sql`case when ${given("isProven")}::boolean then now() else '-infinity' end`,
      freshUntil: sql`case when ${given("isProven")}::boolean then now() + ${freshSeconds}::int * interval '1 second' else '-infinity' end`,
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
  stepUp: "never",
  whileImpersonating: "exit",
  whileReadOnly: "allowed",
  endsOwn: true,
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
 * Ends the session an actor came with: signed out, or replaced by a new one (I-19). Who acts as somebody else signs out
 * of their own session, with which this one ends.
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
