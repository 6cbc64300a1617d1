import { sql } from "drizzle-orm";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { mayOverride } from "#lib/access/over/override.ts";
import { oneUser, rightsBeyond } from "#lib/access/over/rights-over.ts";
import { grantsOf } from "#lib/access/principal/grants.ts";
import { rolesOfPerson } from "#lib/access/principal/person.ts";
import { accountId } from "#lib/core/fields.ts";
import { type Budget, spendMany } from "#lib/core/limits.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Grant } from "#lib/core/permissions.ts";
import { userId } from "./fields.ts";
import { readUser } from "./lock-rows.ts";

const patterns = z.array(z.string());

const notHeld = z
  .object({
    administrative: patterns.meta({ description: "What keeps you from stopping, renaming or deleting them" }),
    everything: patterns.meta({ description: "What keeps you from giving them rights, or a way to sign in as them" }),
    mayStop: z.boolean().meta({ description: "You may lock them and end their sessions all the same" }),
  })
  .meta({ description: "The permission patterns that they hold and you do not; empty where you hold as much" });

/** What a user holds and whoever asks does not. */
export type NotHeld = z.output<typeof notHeld>;

/** Entries of roles, of both together, beyond which a comparison is long: it keeps all others waiting. */
const long = 500;

/** Entries that somebody's long comparisons, and those of their account, may look at in these seconds. */
const ofPerson = { name: "comparisons", points: 10_000, seconds: 10 } satisfies Budget;
const ofAccount = { name: "comparisons_in_account", points: 20_000, seconds: 10 } satisfies Budget;

/**
 * What long comparisons came to lately, by the rights of who asked: the same roles in the same versions are one object.
 */
const kept = new WeakMap<Grant[], LRUCache<string, NotHeld>>();

/**
 * How whoever asks stands to a user, by what both hold now: what they lack is refused when they change them. What a
 * long comparison came to may be up to 10 seconds old. Refuses `too_many_requests` to who asks for one long one after
 * another: reading the user is another operation, so that it is never refused with this.
 */
export const readNotHeld = defineOperation({
  name: "users.not_held",
  summary: "Ask what a user holds that you do not",
  route: "GET /users/{userId}/not-held",
  allow: "get:user",
  input: z.strictObject({ userId, accountId }),
  output: notHeld,

  async run(context, { userId }) {
    const { id } = await readUser(context.tx, context.tenant, userId);
    return compareWith(context, id);
  },
});

async function compareWith(by: Grantor, userId: string): Promise<NotHeld> {
  if (userId === by.actor.id) return { administrative: [], everything: [], mayStop: true };
  const { grants, limits } = by.actor;
  const versions = await versionsOf(by, userId);
  const entries = entriesOf(grants) + entriesOf(await grantsOf(versions));
  if (entries <= long) return compare(by, userId);
  const asked = JSON.stringify([versions, limits, by.tenant.accountId, by.tenant.rights]);
  const known = keptOf(grants).get(asked) ?? (await compareLong(by, userId, entries));
  if (!keptOf(grants).has(asked)) keptOf(grants).set(asked, known);
  return known;
}

function keptOf(grants: Grant[]) {
  const known = kept.get(grants) ?? new LRUCache({ max: 100, ttl: 10_000 });
  kept.set(grants, known);
  return known;
}

async function compareLong(by: Grantor, userId: string, entries: number): Promise<NotHeld> {
  await spendMany(ofPerson, by.actor.id, entries);
  await spendMany(ofAccount, by.actor.accountId, entries);
  return compare(by, userId);
}

async function compare(by: Grantor, userId: string): Promise<NotHeld> {
  const administrative = await rightsBeyond(by, oneUser(userId), "administrative");
  const everything = await rightsBeyond(by, oneUser(userId), "everything");
  return { administrative, everything, mayStop: !administrative.length || mayOverride(by.actor, by.tenant) };
}

const entriesOf = (grants: Grant[]) =>
  grants.reduce((sum, { permissions }) => sum + Object.keys(permissions).length, 0);

/** The roles of a user, each in its version. */
async function versionsOf({ tx }: Grantor, userId: string): Promise<string | null> {
  const { rows } = await tx.execute<{ versions: string | null }>(
    sql`select ${sql.raw(rolesOfPerson)} as versions from users u where u.id = ${userId}`,
  );
  return rows[0]?.versions ?? null;
}
