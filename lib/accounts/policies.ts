import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { sessions } from "#db/schema/sessions.ts";
import { openedByKey } from "#lib/access/issued/key-factor.ts";
import { endUnused } from "#lib/tokens/unused.ts";

const whole = (least: number, most: number) =>
  z.coerce.number().int().min(least, `${least} is the least.`).max(most, `${most} is the most.`);

/** The policies of an account, as far as they are to change. */
export const policyInput = {
  mfaRequired: z.boolean().optional().meta({ description: "Everybody must sign in with a second factor" }),
  mfaGraceDays: whole(0, 30)
    .optional()
    .meta({ description: "Days for which somebody may still sign in without one; granted once" }),
  passwordProfile: z
    .enum(["classic", "nist"])
    .optional()
    .meta({ description: "classic: 12 characters of three kinds; nist: 15 characters, 12 where MFA is demanded" }),
  passwordMaxAgeDays: whole(1, 3650)
    .nullable()
    .optional()
    .meta({ description: "Days after which a password must be replaced at sign-in; null: never" }),
  sessionIdleMinutes: whole(5, 1440)
    .optional()
    .meta({ description: "Minutes without use after which a session ends, 5 to 1440" }),
  sessionMaxHours: whole(1, 720)
    .optional()
    .meta({ description: "Hours after which a session ends in any case, 1 to 720" }),
  tokenMaxDays: whole(1, 365).optional().meta({ description: "Days that a new token may live at most, 1 to 365" }),
  tokensMayLiveForever: z.boolean().optional().meta({ description: "May a new token have no end?" }),
  tokenUnusedDays: whole(1, 365)
    .nullable()
    .optional()
    .meta({ description: "Days without use after which a token ends, 1 to 365; null: never" }),
  tokenAddressesRequired: z
    .boolean()
    .optional()
    .meta({ description: "Tokens that may be used from anywhere are refused, those that are there too" }),
  tokensRetrievable: z
    .boolean()
    .optional()
    .meta({ description: "Owners may copy the secrets of new tokens again; without it, what is kept is forgotten" }),
  keysMayCreateKeys: z.enum(["narrower", "owner"]).optional().meta({
    description:
      "What a token that creates tokens may give: narrower: fewer scopes than its own, none that creates tokens, no later end; owner: whatever its owner may give, to the longest end",
  }),
  accessKeysAllowed: z
    .boolean()
    .optional()
    .meta({ description: "Access keys sign in to AIMS; without it, their sessions end at once" }),
};

type Machines = { tokenUnusedDays: number | null; accessKeysAllowed: boolean };

/**
 * Ends what the policy for programs does not allow now: tokens that nobody uses, and sessions that access keys opened.
 */
export async function tightenMachines(tx: Db, accountId: string, policy: Machines): Promise<void> {
  if (policy.tokenUnusedDays !== null) await endUnused(tx, accountId);
  if (policy.accessKeysAllowed) return;
  await tx.delete(sessions).where(and(eq(sessions.accountId, accountId), openedByKey()));
}

type Lifetimes = { sessionIdleMinutes: number; sessionMaxHours: number };

/**
 * Cuts the sessions of an account down to what its policy allows now, at their next use. None lives longer than it was
 * opened for.
 */
export async function tightenSessions(tx: Db, accountId: string, policy: Lifetimes): Promise<void> {
  const idleMinutes = sql`least(${sessions.idleMinutes}, ${policy.sessionIdleMinutes}::int)`;
  const end = sql`${sessions.createdAt} + ${policy.sessionMaxHours}::int * interval '1 hour'`;
  const isTooLong = sql`(${sessions.idleMinutes} > ${policy.sessionIdleMinutes}::int or ${sessions.expiresAt} > ${end})`;
  await tx
    .update(sessions)
    .set({ idleMinutes, expiresAt: sql`least(${sessions.expiresAt}, ${end})` })
    .where(and(eq(sessions.accountId, accountId), isTooLong));
}
