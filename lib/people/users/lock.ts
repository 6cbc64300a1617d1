import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { requireMayStop } from "#lib/access/over/override.ts";
import type { Measure } from "#lib/access/over/rights-over.ts";
import { badField } from "#lib/core/errors.ts";
import { accountId, name } from "#lib/core/fields.ts";
import { instantInput } from "#lib/core/instants.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { userId } from "./fields.ts";
import { type HeldUser, lockOtherUser, readUser } from "./lock-rows.ts";
import { statusChanged } from "./notices.ts";
import { wireUser } from "./wire.ts";

/**
 * Locks a person out at once, with a reason that they are told. Refuses `own_user`, `last_administrator`, and somebody
 * who holds more to whoever has no role that names `override:user`. To end a standing lock earlier is to unlock: it
 * asks for everything that they hold, whatever roles name.
 */
export const lockUser = defineOperation({
  name: "users.lock",
  summary: "Lock a user out, until an instant or until they are unlocked",
  route: "PUT /users/{userId}/lock",
  allow: "update:user",
  stepUp: "always",
  override: "override:user",
  input: z
    .strictObject({
      userId,
      reason: name(200).meta({ description: "Why; the person is told" }),
      until: instantInput.optional().meta({ description: "When the lock ends by itself; never when left out" }),
      accountId,
    })
    .meta({ examples: [{ reason: "The phone with the authenticator was lost" }] }),
  output: wireUser,
  audit: ({ input }) => ({ target: input.userId, details: { reason: input.reason, until: input.until ?? null } }),

  run: ({ actor, tx, tenant, caller }, { userId, reason, until }) =>
    keepAdministrator(tx, tenant.accountId, async () => {
      const by = { actor, tx, tenant, caller };
      await assertFuture(tx, until);
      await requireMayStop(by, userId, { did: "locked", why: reason });
      await lockOtherUser(by, userId, (person) => (endsBefore(person, until) ? letsIn(person) : null));
      await write(tx, userId, actor.id, { lockedUntil: until ?? "infinity", lockedReason: reason });
      await endEverywhere(tx, userId);
      await queueNotice(tx, locked(userId, reason, until));
      return readUser(tx, tenant, userId);
    }),
});

/** Unlocks a person. Their sessions stay ended. */
export const unlockUser = defineOperation({
  name: "users.unlock",
  summary: "Unlock a user",
  route: "DELETE /users/{userId}/lock",
  allow: "update:user",
  stepUp: "always",
  input: z.strictObject({ userId, accountId }),
  output: wireUser,
  audit: ({ input }) => ({ target: input.userId }),

  async run({ actor, tx, tenant }, { userId }) {
    const person = await lockOtherUser({ tx, actor, tenant }, userId, letsIn);
    if (person.lockedUntil === null) return readUser(tx, tenant, userId);
    await write(tx, userId, actor.id, { lockedUntil: null, lockedReason: null });
    await queueNotice(tx, unlocked(userId));
    return readUser(tx, tenant, userId);
  },
});

/** Whoever knew the password of somebody locked could sign in as them again. */
const letsIn = ({ lockedUntil }: HeldUser): Measure | null => (lockedUntil === null ? null : "everything");

/** Would a lock until then, for ever when left out, end before the one that stands? A lock that is over never does. */
const endsBefore = ({ lockedUntil }: HeldUser, until: string | undefined): boolean =>
  lockedUntil !== null && until !== undefined && Date.parse(until) < endOf(lockedUntil);

/** Drizzle reads the infinity of a lock without an end as an invalid date. */
const endOf = (lockedUntil: Date): number =>
  Number.isNaN(lockedUntil.getTime()) ? Number.POSITIVE_INFINITY : lockedUntil.getTime();

async function assertFuture(tx: Db, until: string | undefined) {
  if (!until) return;
  const { rows } = await tx.execute<{ over: boolean }>(sql`select ${until}::timestamptz <= now() as over`);
  if (rows[0]?.over) throw badField("until", "past", "Choose an instant in the future.");
}

type Lock = { lockedUntil: string | null; lockedReason: string | null };

async function write(tx: Db, id: string, by: string, { lockedUntil, lockedReason }: Lock) {
  await tx
    .update(users)
    .set({
      lockedUntil: sql`${lockedUntil}::timestamptz`,
      lockedReason,
      version: sql`${users.version} + 1`,
      modifiedAt: sql`now()`,
      modifiedBy: by,
    })
    .where(eq(users.id, id));
}

const locked = (id: string, reason: string, until?: string) =>
  statusChanged(
    id,
    "You were locked",
    `an administrator of your account locked you ${until ? `until ${until.slice(0, 16).replace("T", " ")} UTC` : "until somebody unlocks you"}: ${reason}. Your sessions were ended.`,
  );
const unlocked = (id: string) =>
  statusChanged(id, "You were unlocked", "an administrator of your account unlocked you: you can sign in again.");
