import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { sessions } from "#db/schema/sessions.ts";
import { users } from "#db/schema/users.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { conflict, notFound } from "#lib/core/errors.ts";
import { accountId, instant, line, secretOnce, uuid, wire } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { lockUserForChange } from "./users/lock-rows.ts";

/** How long one may act as somebody else, in minutes. */
const maxMinutes = 60;

export const impersonationSession = {
  token: secretOnce().meta({ secret: true, description: "`lk_ses_…`: takes the place of the one that asked" }),
  expiresAt: instant,
};

/**
 * Begins to act as somebody, in the open: they are told, and everything done stands on record with both names. Refuses
 * `privilege_escalation` where they may do more than who asks, and who cannot sign in.
 */
export const beginImpersonation = defineOperation({
  name: "impersonation.begin",
  summary: "Act as a person of the account for an hour, in the open",
  route: "POST /users/{userId}/impersonation",
  allow: "impersonate:user",
  stepUp: "always",
  idempotencyKey: true,
  limit: { name: "impersonation", points: 30, seconds: 3600 },
  by: "session",
  input: z.strictObject({
    userId: uuid().meta({ description: "The person's id" }),
    reason: line(500).pipe(z.string().min(10, "Say in 10 characters or more why: they will read it.")).meta({
      description: "Why; the person reads it, and it stays on record",
      example: "Ticket 4711: no apps listed",
    }),
    accountId,
  }),
  output: z.object({
    ...impersonationSession,
    user: z.object({ id: z.string(), username: z.string(), fullName: z.string() }),
  }),
  audit: ({ input, output }) => ({
    target: input.userId,
    details: { reason: input.reason, until: output.expiresAt },
  }),
  notify: ({ actor, input, output }) => told(actor, input, output.expiresAt),

  async run({ actor, tx, tenant, caller }, { userId, reason }) {
    if (userId === actor.id) throw conflict("You are yourself already.");
    const user = await somebody(tx, tenant, userId);
    if (!user.maySignIn) throw conflict("They cannot sign in just now, and so nobody acts as them.");
    await lockUserForChange({ actor, tenant, tx }, userId, "everything");
    return { ...(await open(tx, caller, actor, user, reason)), user };
  },
});

type Person = { id: string; accountId: string; username: string; fullName: string };

async function somebody(tx: Db, tenant: Tenant, userId: string): Promise<Person & { maySignIn: boolean }> {
  const { id, accountId, username, fullName } = users;
  const isUnlocked = sql`coalesce(${users.lockedUntil} <= now(), true)`;
  const maySignIn = sql<boolean>`${users.active} and ${accounts.active} and not ${users.notificationsOnly} and ${isUnlocked}`;
  const [user] = await tx
    .select({ id, accountId, username, fullName, maySignIn })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(and(eq(users.id, userId), eq(users.accountId, tenant.accountId)));
  if (!user) throw notFound("user");
  return user;
}

/**
 * Opens the session of an impersonation: it ends with the one it is begun in, and after an hour. Nothing is proven in
 * it.
 */
async function open(tx: Db, caller: Caller, { id, credential }: Actor, user: Person, reason: string) {
  const token = mintSecret("ses");
  const [opened] = await tx
    .insert(sessions)
    .values({
      userId: user.id,
      accountId: user.accountId,
      secretHash: hashSecret(token),
      kind: "browser",
      factors: [],
      address: caller.address,
      agent: caller.agent.slice(0, 300),
      idleMinutes: maxMinutes,
      expiresAt: sql`least(now() + ${maxMinutes} * interval '1 minute', ${credential.expiresAt?.toISOString()}::timestamptz)`,
      impersonatorId: id,
      impersonatorSessionId: credential.id,
      impersonationReason: reason,
    })
    .returning({ expiresAt: sessions.expiresAt });
  if (!opened) throw new Error("no session was opened");
  return { token, expiresAt: wire(opened.expiresAt) };
}

function told(
  { fullName, username, accountName }: Actor,
  input: { userId: string; reason: string },
  until: string,
): Notice {
  return {
    userId: input.userId,
    event: "impersonated",
    subject: `${fullName} acts as you`,
    paragraphs: [
      `${fullName} (${username}, of ${accountName}) began to use the portal as you, until ${until.slice(11, 16)} UTC at the latest.`,
      `The reason they gave: “${input.reason}”`,
      "They see what you see, but your password, second factors, sessions, tokens and settings are closed to them. Whatever they do stands in your security log, with their name.",
      "You can end it at any time: sign that session out.",
    ],
    button: { words: "See your sessions", path: "/sessions" },
  };
}
