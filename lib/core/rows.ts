import { sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import type { Actor, Caller } from "./actor.ts";
import { recordChange } from "./audit.ts";
import { Refusal } from "./errors.ts";
import type { Tenant } from "./tenant.ts";

/** Does one of many things whole or not at all, whatever becomes of the others; answers why it was refused. */
export async function onItsOwn<T>(tx: Db, work: () => Promise<T>): Promise<T | Refusal> {
  await tx.execute(sql`savepoint one_of_many`);
  try {
    const done = await work();
    await tx.execute(sql`release savepoint one_of_many`);
    return done;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await undo(tx);
    return error;
  }
}

/** Finds out what something would come to, and leaves everything as it was. */
export async function onTrial<T>(tx: Db, work: () => Promise<T>): Promise<T | Refusal> {
  await tx.execute(sql`savepoint trial`);
  const outcome = await onItsOwn(tx, work);
  await tx.execute(sql`rollback to savepoint trial`);
  return outcome;
}

const undo = (tx: Db) => tx.execute(sql`rollback to savepoint one_of_many`);

type RowContext = { actor: Actor; tx: Db; caller: Caller; tenant: Tenant };

/** Puts one of many changes on record, with the rights of the portal itself: nobody else writes there. */
export const record = (
  { tx, ...by }: RowContext,
  action: string,
  note: Parameters<typeof recordChange>[3],
): Promise<void> => asSystem(tx, (tx) => recordChange(tx, action, by, note));
