import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { prepared } from "#db/prepared.ts";
import { users } from "#db/schema/users.ts";
import type { Caller } from "#lib/core/actor.ts";
import { hashPassword, isOutdated, isPassword } from "#lib/core/crypto/hashing.ts";
import { Refusal } from "#lib/core/errors.ts";
import { checkText, password } from "#lib/core/fields.ts";
import { canonicalName } from "#lib/core/limit-keys.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import {
  attemptSucceeded,
  countFailedAttempt,
  guess,
  passwordGuard,
  type Source,
  spendRightPassword,
} from "./budgets.ts";
import { sourceOf } from "./devices.ts";
import { lockPerson, type Person, whyNotSignIn } from "./people.ts";

/** A username or e-mail address as somebody types it. */
export const typedName = z
  .string()
  .trim()
  .min(1, "Fill this in.")
  .max(254, "Use at most 254 characters.")
  .check(checkText((text) => !/[\p{Cc}\p{Cs}]/u.test(text), "Use visible characters only."));

export const nameAndPassword = z
  .strictObject({
    login: typedName.optional().meta({ description: "Username or e-mail address" }),
    email: typedName.optional().meta({ description: "E-mail address" }),
    username: typedName.optional().meta({ description: "Username" }),
    password: password.meta({ description: "The password, exactly as it was set" }),
  })
  .refine(({ login, email, username }) => [login, email, username].filter(Boolean).length === 1, {
    path: ["login"],
    message: "Give either your username or your e-mail address.",
  })
  .meta({ examples: [{ email: "ada@example.org", password: "correct-Horse-7" }] });

type Names = z.output<typeof nameAndPassword>;

/** Checks name and password, paying for the guess first; a known and an unknown name take the same time. */
export async function prove(tx: Db, caller: Caller, input: Names): Promise<Person> {
  const { found, key } = await lookUp(input);
  const source = await sourceOf(caller, found?.id);
  await guess(passwordGuard, key, source);
  const fits = await isPassword(found?.passwordHash, input.password);
  const [user] = fits && found ? await recheckPassword(tx, found) : [];
  if (!user) throw failed(found);
  const failures = await settleRight(user, key, source);
  await spendRightPassword(user, source);
  if (failures >= NOTIFY_AFTER_FAILURES) await queueNotice(tx, afterFailures(user, failures));
  if (found?.passwordHash && isOutdated(found.passwordHash)) await rehash(tx, user.id, input.password);
  return user;
}

/**
 * Settles a right guess: how many were wrong before. Of somebody who may not sign in it stays counted, and they are
 * told why: both answers cost alike, and neither can be asked for without end.
 */
export async function settleRight(user: Person, key: string, source: Source): Promise<number> {
  const refusal = whyNotSignIn(user, ["password"]);
  if (!refusal) return attemptSucceeded(passwordGuard, key, source);
  await countFailedAttempt(source);
  throw refusal;
}

/** So many failures before a sign-in are no slip of the finger. */
const NOTIFY_AFTER_FAILURES = 5;

const afterFailures = ({ id, fullName }: Person, failures: number): Notice => ({
  userId: id,
  event: "sign_in_after_failures",
  subject: "Your password was typed right after several failures",
  paragraphs: [
    `Hello ${fullName},`,
    `your password was accepted just now, after ${failures} tries that failed: the password was wrong, or the sign-in was refused.`,
    "If this was not you, somebody knows your password: secure your account.",
  ],
  button: { words: "Secure my account", path: "/secure-account" },
});

export function failed(found: { id: string; accountId: string } | undefined): Refusal {
  const refusal = new Refusal("invalid_credentials");
  refusal.about = found;
  return refusal;
}

/** Whom a name means, wherever somebody types one. */
export const find = async (names: Omit<Names, "password">) => (await lookUp(names)).found;

/**
 * Whom a name means, and under what guesses at it are counted: under the person whom the word names in any way, or one
 * would learn by two budgets for one word that somebody has it (I-08, I-10).
 */
export async function lookUp({ login, email, username }: Omit<Names, "password">) {
  const word = canonicalName(login ?? email ?? username ?? "");
  const named = await findByIdentifier(primary(), { word });
  const found = named.find((one) => (username ? one.byName : email ? one.byEmail : true));
  return { found, key: found?.id ?? named[0]?.id ?? word };
}

const word = sql.placeholder("word");

const byName = sql<boolean>`lower(${users.username}) = ${word}`;

const byEmail = sql<boolean>`lower(${users.email}) = ${word}`;

const hasProven = sql`(${byEmail} and ${users.emailVerifiedAt} is not null)`;

// Two at most: one whose username it is, and one whose address. Who has proven the address comes first, or another
// would keep them out under a username that looks like it.
const findByIdentifier = prepared("who-is-named", (db) =>
  db
    .select({ id: users.id, accountId: users.accountId, passwordHash: users.passwordHash, byName, byEmail })
    .from(users)
    .where(sql`(${byName} or ${byEmail})`)
    .orderBy(sql`${hasProven} desc`, sql`${byName} desc`)
    .limit(2),
);

/** The very person whose password was checked, unless it was changed in the meantime. */
const recheckPassword = prepared("person-still-has", (db) =>
  lockPerson(
    db,
    sql`${users.id} = ${sql.placeholder("id")} and ${users.passwordHash} = ${sql.placeholder("passwordHash")}`,
  ),
);

async function rehash(tx: Db, id: string, password: string) {
  await tx
    .update(users)
    .set({ passwordHash: await hashPassword(password) })
    .where(eq(users.id, id));
}
