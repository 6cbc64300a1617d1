import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { type Db, primary, transaction } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import type { Caller } from "#lib/core/actor.ts";
import { recordChange } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import type { Job } from "#lib/core/jobs.ts";
import { type Budget, spend } from "#lib/core/limits.ts";
import { greeting, nameForStranger } from "#lib/core/mail/names.ts";
import { type Mail, queueMail } from "#lib/core/mail/queue.ts";
import { isTakingLinks } from "#lib/notifications/undelivered/standing.ts";
import { find } from "../prove-password.ts";

/** Minutes that a link to a new password is good for. */
export const resetMinutes = 30;

/** Mails of one person: what comes above that is dropped in silence, for the answer was given long before. */
const provenBudget: Budget = { name: "password_reset_person", points: 3, seconds: 900 };

/**
 * To an address that is not proven go five mails an hour: strangers who ask leave two of them to its administrators.
 */
const unprovenBudget: Budget = { name: "password_reset_unproven", points: 3, seconds: 3600 };

/** What somebody typed who has forgotten their password, and where they were. */
type ResetOrder = {
  id: string;
  names: { login?: string; email?: string };
  returnTo?: string;
  by: Pick<Caller, "address" | "agent" | "requestId">;
};

/** A new order, of the caller who asks. */
export const orderOf = (
  { address, agent, requestId }: Caller,
  names: ResetOrder["names"],
  returnTo: string | undefined,
): ResetOrder => ({ id: randomUUID(), names, returnTo, by: { address, agent, requestId } });

/**
 * Looks the person up and mails them, if there is one whose address takes links. The work that differs between known
 * and unknown people is done here, when whoever asked has had their answer (I-10).
 */
export const resetJob: Job<ResetOrder> = { name: "password-reset", work: answerOrder };

async function answerOrder({ id, names, returnTo, by }: ResetOrder): Promise<void> {
  const found = await find(names);
  const person = found && (await readPerson(primary(), found.id));
  if (!person?.mayReset) return;
  await whileThereIsRoom(async () => {
    await spend(person.isProven ? provenBudget : unprovenBudget, person.id);
    await transaction(async (tx) => {
      await queueMail(tx, person.maySignIn ? withLink(person, returnTo) : without(person), id);
      await recordChange(tx, "password_resets.mail", { actor: null, caller: by }, { actor: person, target: person.id });
    });
  });
}

/** Whoever asked was answered long before, and is told nothing of what stands against it (I-10). */
async function whileThereIsRoom(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (refusal) {
    if (!(refusal instanceof Refusal && refusal.code === "too_many_requests")) throw refusal;
  }
}

/**
 * A password is reset where there is one, over an address that takes links, and nowhere else (I-17): a first one comes
 * by invitation.
 */
async function readPerson(db: Db, id: string) {
  const [person] = await db
    .select({
      id: users.id,
      accountId: users.accountId,
      username: users.username,
      fullName: users.fullName,
      email: users.email,
      isProven: sql<boolean>`${users.emailVerifiedAt} is not null`,
      mayReset: sql<boolean>`${isTakingLinks("users")} and ${users.passwordHash} is not null`,
      maySignIn: sql<boolean>`${users.active} and ${accounts.active} and not ${users.notificationsOnly}`,
    })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(eq(users.id, id));
  return person;
}

type Person = NonNullable<Awaited<ReturnType<typeof readPerson>>>;

const countedFor = ({ isProven, accountId }: Person) => (isProven ? null : accountId);

/** In words for a stranger: that is who has the mailbox, for all that is known, until the link is used. */
const withLink = (person: Person, returnTo?: string): Mail => ({
  to: person.email,
  countedFor: countedFor(person),
  subject: "Choose a new password",
  paragraphs: [
    greeting(person.fullName),
    `somebody asked for a new password for ${whom(person.username)}. If it was you, choose one with the link below. It is good once, for ${resetMinutes} minutes.`,
    "A new password ends every session of yours. If you have a second factor, you will still need it.",
    "If it was not you, there is nothing to do: your password stays as it is.",
  ],
  link: {
    userId: person.id,
    purpose: "reset",
    words: "Choose a new password",
    path: "/reset-password",
    minutes: resetMinutes,
    data: { email: person.email, ...(returnTo && { returnTo }) },
  },
});

const whom = (username: string) => (nameForStranger(username) === undefined ? "you" : `you (username ${username})`);

const without = (person: Person): Mail => ({
  to: person.email,
  countedFor: countedFor(person),
  userId: person.id,
  subject: "A new password would not help you",
  paragraphs: [
    greeting(person.fullName),
    "somebody asked for a new password for you. You cannot sign in at present, whatever your password: an administrator of your account has switched that off.",
    "Ask them if you should be able to. If it was not you who asked, there is nothing to do.",
  ],
});
