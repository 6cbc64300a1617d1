import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { emailChanges, users } from "#db/schema/users.ts";
import { breaks, conflict } from "#lib/core/errors.ts";
import { type LinkPurpose, lookAtLink, takeLink } from "#lib/core/links.ts";
import { holdPerson, linkOver, linkOwner, userOfMailedLink } from "#lib/sign-in/mailed-links.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";
import { lockClaimants, releaseAddress } from "./reclaim-address.ts";

export const seen = z.object({
  user: linkOwner.nullable().meta({ description: "Whose address it is; null when the link is used up or too old" }),
  oldEmail: z.string().nullable(),
  newEmail: z.string().nullable(),
});

type Purpose = Extract<LinkPurpose, "email" | "email-undo">;

/** The change that a link was made for, as long as the link's purpose fits what became of the change. */
const fitting = (purpose: Purpose, id: string | undefined, userId: string) =>
  and(
    sql`${emailChanges.id}::text = ${id ?? ""}`,
    eq(emailChanges.userId, userId),
    purpose === "email" ? isNull(emailChanges.confirmedAt) : isNotNull(emailChanges.confirmedAt),
    purpose === "email" ? sql`${emailChanges.expiresAt} > now()` : sql`${emailChanges.undoUntil} > now()`,
  );

export async function look(tx: Db, purpose: Purpose, secret: string): Promise<z.output<typeof seen>> {
  const link = await lookAtLink(tx, purpose, secret);
  const change = link && (await changeOf(tx, purpose, link));
  if (!change) return { user: null, oldEmail: null, newEmail: null };
  return { user: await userOfMailedLink(tx, change.userId), oldEmail: change.oldEmail, newEmail: change.newEmail };
}

/** Uses a link up, with its person, the change, and everybody else who claims the address held. */
export async function takeChange(tx: Db, purpose: Purpose, secret: string) {
  const link = await lookAtLink(primary(), purpose, secret);
  const asked = link && (await changeOf(primary(), purpose, link));
  if (!asked) throw linkOver();
  await lockClaimants(tx, link.userId, purpose === "email" ? asked.newEmail : asked.oldEmail);
  const person = await holdPerson(tx, link.userId);
  const change = (await takeLink(tx, purpose, secret)) && (await changeOf(tx, purpose, link));
  if (!change) throw linkOver();
  return { person, change };
}

async function changeOf(db: Db, purpose: Purpose, { userId, data }: { userId: string; data: Record<string, string> }) {
  const [change] = await db
    .select()
    .from(emailChanges)
    .where(fitting(purpose, data.change, userId));
  return change;
}

export async function setEmail(tx: Db, userId: string, email: string) {
  await releaseAddress(tx, userId, email);
  const proven = { email, emailVerifiedAt: sql`now()`, emailSetByAdministrator: false };
  const changed = { ...proven, modifiedAt: sql`now()`, version: sql`${users.version} + 1` };
  const rows = tx.update(users).set(changed).where(eq(users.id, userId)).returning({ accountId: users.accountId });
  const [person] = await rows.catch(emailTaken);
  if (person) await accessChanged(tx, person);
}

function emailTaken(error: unknown): never {
  if (!breaks("users_email_once", error)) throw error;
  throw conflict("Another user of this portal has this address by now. Nothing was changed; ask an administrator.");
}
