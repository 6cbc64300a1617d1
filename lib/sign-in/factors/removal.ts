import { z } from "zod";
import type { Db } from "#db/client.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notFound } from "#lib/core/errors.ts";
import { endOtherSessions } from "../sessions/operations.ts";
import { assertFactorRemains, lockOwnRow } from "./policy.ts";

/** What the removal of one factor takes beside its id. */
export const removal = {
  endOtherSessions: z
    .union([z.boolean(), z.stringbool()])
    .default(true)
    .meta({ description: "End every other session of yours" }),
};

type FactorRemoval = { what: string; endOtherSessions: boolean; remove: () => Promise<unknown[]> };

/** Removes one factor, a `what`: `remove` answers what went. Refuses the last one where the account requires one. */
export async function removeOne(tx: Db, actor: Actor, { what, endOtherSessions: alone, remove }: FactorRemoval) {
  await lockOwnRow(tx, actor.id);
  const gone = await remove();
  if (gone.length === 0) throw notFound(what);
  await assertFactorRemains(tx, actor.id);
  if (alone) await endOtherSessions(tx, actor);
  return {};
}
