import { and, eq, exists, inArray, isNotNull, not, or } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { endKeys } from "#lib/access-keys/ending.ts";
import { beyond, type Db } from "#lib/db/index.ts";
import { accessKeys, users } from "#lib/db/schema.ts";
import type { Ends } from "./relation.ts";

/**
 * Ends the access keys that people of the managing account made for people of the managed one: with them they would go on
 * doing what is agreed on no more. So do those of makers who are gone: nobody can say whose they were. Answers how many.
 */
export const endPlantedKeys = (tx: Db, ends: Ends): Promise<number> =>
  beyond(tx, async () => (ends.kind === "managed" ? (await endKeys(tx, plantedKeys(tx, ends))).length : 0));

function plantedKeys(tx: Db, { managingId, managedId }: Ends) {
  const maker = tx.select({ id: users.id }).from(users).where(eq(users.id, accessKeys.createdBy));
  const isOrphan = and(isNotNull(accessKeys.createdBy), not(exists(maker)));
  const isTheirs = or(inArray(accessKeys.createdBy, peopleOf(tx, managingId)), isOrphan);
  return and(eq(accessKeys.accountId, managedId), isTheirs);
}

const peopleOf = (tx: Db, accountId: string) =>
  tx.select({ id: maker.id }).from(maker).where(eq(maker.accountId, accountId));

const maker = alias(users, "maker");

/** How many access keys would end with a relationship, and how many people made by the managing side would stay. */
export const countPlanted = (tx: Db, ends: Ends) =>
  beyond(tx, async () => {
    const theirs = inArray(users.createdBy, peopleOf(tx, ends.managingId));
    return {
      people: await tx.$count(users, and(eq(users.accountId, ends.managedId), theirs)),
      accessKeys: await tx.$count(accessKeys, plantedKeys(tx, ends)),
    };
  });
