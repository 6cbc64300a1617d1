import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import type { Caller } from "#lib/core/actor.ts";
import { recordChange } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import type { Job } from "#lib/core/jobs.ts";
import { type Budget, spend } from "#lib/core/limits.ts";
import { type Mail, queueMail } from "#lib/core/mail.ts";
import { type Db, primary, transaction } from "#lib/db/index.ts";
import { accounts, users } from "#lib/db/schema.ts";
import { find } from "#lib/sign-in.ts";

/** Minutes that a link to a new password is good for. */
export const resetMinutes = 30;

/** Mails of one person: what comes above that is dropped in silence, for the answer was given long before. */
const personBudget: Budget = { name: "password_reset_person", points: 3, seconds: 900 };

/** What somebody typed who has forgotten their password, and where they were. */
export type ResetOrder = {
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
 * Looks the person up and mails them, if there is one who proved their address. The work that differs between known
 * and unknown people is done here, when whoever asked has had their answer (I-10).
 */
export const resetJob: Job<ResetOrder> = { name: "password-reset", work: answerOrder };

async function answerOrder({ id, names, returnTo, by }: ResetOrder): Promise<void> {
  const found = await find(names);
  const person = found && (await readPerson(primary(), found.id));
  if (!person?.mayReset || !(await mayMail(person.id))) return;
  await transaction(async (tx) => {
    await queueMail(tx, person.maySignIn ? withLink(person, returnTo) : without(person), id);
    await recordChange(tx, "password_resets.mail", { actor: null, caller: by }, { actor: person, target: person.id });
  });
}

async function mayMail(personId: string): Promise<boolean> {
  try {
    await spend(personBudget, personId);
    return true;
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.code === "too_many_requests") return false;
    throw refusal;
  }
}

/** A password is reset where there is one, over an address that was proven, and nowhere else (I-17): a first one comes by invitation. */
async function readPerson(db: Db, id: string) {
  const [person] = await db
    .select({
      id: users.id,
      accountId: users.accountId,
      username: users.username,
      fullName: users.fullName,
      email: users.email,
      mayReset: sql<boolean>`${users.emailVerifiedAt} is not null and ${users.passwordHash} is not null`,
      maySignIn: sql<boolean>`${users.active} and ${accounts.active} and not ${users.notificationsOnly}`,
    })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(eq(users.id, id));
  return person;
}

type Person = NonNullable<Awaited<ReturnType<typeof readPerson>>>;

const withLink = ({ id, username, fullName, email }: Person, returnTo?: string): Mail => ({
  to: email,
  subject: "Choose a new password",
  paragraphs: [
    `Hello ${fullName},`,
    `somebody asked for a new password for you (username ${username}). If it was you, choose one with the link below. It is good once, for ${resetMinutes} minutes.`,
    "A new password ends every session of yours. If you have a second factor, you will still need it.",
    "If it was not you, there is nothing to do: your password stays as it is.",
  ],
  link: {
    userId: id,
    purpose: "reset",
    words: "Choose a new password",
    path: "/reset-password",
    minutes: resetMinutes,
    data: { email, ...(returnTo && { returnTo }) },
  },
});

const without = ({ id, fullName, email }: Person): Mail => ({
  to: email,
  userId: id,
  subject: "A new password would not help you",
  paragraphs: [
    `Hello ${fullName},`,
    "somebody asked for a new password for you. You cannot sign in at present, whatever your password: an administrator of your account has switched that off.",
    "Ask them if you should be able to. If it was not you who asked, there is nothing to do.",
  ],
});
