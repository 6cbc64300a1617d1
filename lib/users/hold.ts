import { and, eq } from "drizzle-orm";
import type { Actor } from "#lib/core/actor.ts";
import { notFound, Refusal } from "#lib/core/errors.ts";
import type { Place } from "#lib/core/place.ts";
import type { Db } from "#lib/db/index.ts";
import { users } from "#lib/db/schema.ts";
import { readUsers, type User } from "./wire.ts";

/** A row of the table, as it is held. */
export type HeldUser = typeof users.$inferSelect;

const of = ({ accountId }: Place, id: string) => and(eq(users.id, id), eq(users.accountId, accountId));

/** Locks a person of the account acted in, before what is theirs; nobody else exists there. */
export async function holdUser(tx: Db, place: Place, id: string): Promise<HeldUser> {
  const [person] = await tx.select().from(users).where(of(place, id)).for("update");
  if (!person) throw notFound("user");
  return person;
}

/** As {@link holdUser}, for what nobody does to themselves (I-29). */
export async function holdOther(tx: Db, actor: Actor, place: Place, id: string): Promise<HeldUser> {
  const person = await holdUser(tx, place, id);
  if (id === actor.id) throw new Refusal("own_user");
  return person;
}

/** A person of the account acted in, on the wire. */
export async function readUser(tx: Db, { reach }: Pick<Place, "reach">, id: string): Promise<User> {
  const [person] = await readUsers(tx, reach, eq(users.id, id), 1);
  if (!person) throw notFound("user");
  return person;
}
