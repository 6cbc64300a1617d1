import { and, eq, sql } from "drizzle-orm";
import { type Db, primary, transaction } from "#db/client.ts";
import { idempotentAnswers } from "#db/schema/requests.ts";
import { users } from "#db/schema/users.ts";
import { requireAnotherAdministrator } from "#lib/access/administrators.ts";
import { recordChange } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import type { Job } from "#lib/core/jobs.ts";
import { dropLinks } from "#lib/core/links.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { withdrawOfUser } from "#lib/vault/provisioning/queue.ts";
import { deletedNotice, stays } from "./notices.ts";

/** Deletes the people whose day has come: each with its entry on record, or not at all. */
export const deletionJob: Job = {
  name: "deletions",
  schedule: "37 * * * *",
  async work() {
    for (const person of await whoIsDue(primary())) await transaction((tx) => carryOut(tx, person));
  },
};

const isDue = sql`${users.deletionDueAt} <= now()`;

const whoIsDue = (db: Db) =>
  db.select({ id: users.id, accountId: users.accountId }).from(users).where(isDue).limit(1000);

type Due = { id: string; accountId: string };

async function carryOut(tx: Db, due: Due): Promise<void> {
  const isLast = await requireAnotherAdministrator(tx, due).then(() => false, onlyLast);
  const stillDue = and(eq(users.id, due.id), isDue);
  const [person] = await tx.select().from(users).where(stillDue).for("update");
  if (!person) return;
  if (isLast) return cancelDeletion(tx, due);
  await recordChange(tx, "deletion.carry_out", byItself, { actor: due, target: due.id });
  if (person.emailVerifiedAt) await queueMail(tx, deletedNotice(person.email, person.fullName));
  await tx.delete(idempotentAnswers).where(eq(idempotentAnswers.actorId, due.id));
  await withdrawOfUser(tx, due.id);
  await tx.delete(users).where(eq(users.id, due.id));
}

async function cancelDeletion(tx: Db, { id, accountId }: Due) {
  await tx.update(users).set({ deletionDueAt: null }).where(eq(users.id, id));
  await dropLinks(tx, id, "keep-account");
  await recordChange(tx, "deletion.give_up", byItself, { actor: { id, accountId }, target: id });
  await queueNotice(tx, stays(id));
}

/** Nobody asks any more: the day has come. */
const byItself = { actor: null, caller: { address: "", agent: "deletions", requestId: "" } };

function onlyLast(error: unknown): true {
  if (error instanceof Refusal && error.code === "last_administrator") return true;
  throw error;
}
