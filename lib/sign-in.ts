import { eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#lib/db/index.ts";
import { prepared } from "#lib/db/prepared.ts";
import { accounts, users } from "#lib/db/schema.ts";
import type { Caller } from "./core/actor.ts";
import { Refusal } from "./core/errors.ts";
import { instant, password, wire } from "./core/fields.ts";
import { hashPassword, isOutdated, isPassword } from "./core/hashing.ts";
import { canonicalName } from "./core/limits.ts";
import { defineOperation } from "./core/operation.ts";
import { dropSession, openSession } from "./sessions.ts";
import { guess, guessedRight } from "./sign-in/budgets.ts";
import { mintTicket, ownerOf, takeTicket } from "./sign-in/tickets.ts";

/** A username or e-mail address as somebody types it. */
export const typedName = z
  .string()
  .trim()
  .min(1, "Fill this in.")
  .max(254, "Use at most 254 characters.")
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "Use visible characters only.");

const nameAndPassword = z
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

const person = z.object({ id: z.uuid(), accountId: z.string(), username: z.string() });

const session = z.object({
  token: z.string().meta({ secret: true, description: "`lk_ses_…`, for the Authorization header" }),
  expiresAt: instant,
  user: person,
});

/** First half of signing in to the pages: the right password earns a ticket. All failures share one 401. */
export const signIn = defineOperation({
  name: "sign_in.password",
  summary: "Prove a password; the answer is a one-time ticket",
  route: "POST /sign-in/password",
  allow: "anyone",
  input: nameAndPassword,
  output: z.object({
    ticket: z.string().meta({ secret: true, description: "Good once, for a minute, at POST /sign-in/ticket" }),
    user: person,
  }),
  audit: ({ output }) => ({ actor: output.user, target: output.user.id }),

  async run({ tx, caller }, input) {
    const user = await prove(tx, caller, input);
    return { ticket: await mintTicket(tx, user.id, ["password"]), user };
  },
});

/** Second half: the ticket is traded, once, for a session that carries the factors proven. */
export const redeemTicket = defineOperation({
  name: "sign_in.ticket",
  summary: "Trade a sign-in ticket for a session",
  route: "POST /sign-in/ticket",
  allow: "anyone",
  limit: { name: "ticket", points: 60, seconds: 60 },
  input: z.strictObject({
    ticket: z.string().max(100).meta({ description: "The ticket of a finished sign-in" }),
    kind: z.enum(["browser", "api"]).default("api").meta({ description: "What will hold the session" }),
  }),
  output: session,
  audit: ({ output }) => ({ actor: output.user, target: output.user.id }),

  async run({ actor, tx, caller }, { ticket, kind }) {
    // The person first, then the ticket: in the order of whatever ends their tickets.
    const [user] = await whoMaySignIn(tx, sql`${users.id} = ${ownerOf(ticket)}`);
    const taken = user && (await takeTicket(tx, ticket));
    if (!taken) throw new Refusal("invalid_credentials", "This ticket is used up or too old. Sign in again.");
    if (actor && kind === "browser") await dropSession(tx, actor);
    return open(tx, caller, user, { kind, factors: taken.factors });
  },
});

/** Both halves in one, for programs: name and password in, session token out. */
export const createSession = defineOperation({
  name: "sessions.create",
  summary: "Sign in with a password and get a session token",
  route: "POST /sessions",
  allow: "anyone",
  input: nameAndPassword,
  output: session,
  audit: ({ output }) => ({ actor: output.user, target: output.user.id }),

  async run({ tx, caller }, input) {
    const user = await prove(tx, caller, input);
    return open(tx, caller, user, { kind: "api", factors: ["password"] });
  },
});

type Names = z.output<typeof nameAndPassword>;
type Person = Awaited<ReturnType<typeof whoMaySignIn>>[number];

const lifetimes = { sessionIdleMinutes: accounts.sessionIdleMinutes, sessionMaxHours: accounts.sessionMaxHours };

/** Checks name and password, paying for the guess first; a known and an unknown name take the same time. */
async function prove(tx: Db, caller: Caller, input: Names): Promise<Person> {
  const found = await find(input);
  const key = found?.id ?? canonicalName(input.login ?? input.email ?? input.username ?? "");
  await guess(key, caller.address);
  const fits = await isPassword(found?.passwordHash, input.password);
  const [user] = fits && found ? await whoStillHas(tx, found) : [];
  if (!user) throw failed(found);
  await guessedRight(key, caller.address);
  if (found?.passwordHash && isOutdated(found.passwordHash)) await rehash(tx, user.id, input.password);
  return user;
}

function failed(found: { id: string; accountId: string } | undefined): Refusal {
  const refusal = new Refusal("invalid_credentials");
  refusal.about = found;
  return refusal;
}

/** Whom a name means, wherever somebody types one. */
export async function find({ login, email, username }: Omit<Names, "password">) {
  const word = canonicalName(login ?? email ?? username ?? "");
  const [found] = await (username ? findByName : email ? findByEmail : findByEither)(primary(), { word });
  return found;
}

const word = sql.placeholder("word");
const byName = sql`lower(${users.username}) = ${word}`;
const byEmail = sql`lower(${users.email}) = ${word}`;

const finder = (name: string, where: SQL) =>
  prepared(name, (db) =>
    db
      .select({ id: users.id, accountId: users.accountId, passwordHash: users.passwordHash })
      .from(users)
      .where(where)
      .orderBy(sql`${byName} desc`)
      .limit(1),
  );

const findByName = finder("person-by-name", byName);
const findByEmail = finder("person-by-email", byEmail);
const findByEither = finder("person-by-either", sql`(${byName} or ${byEmail})`);

/** Locks a person who may sign in. */
const whoMaySignIn = (db: Db, who: SQL) =>
  db
    .select({ id: users.id, accountId: users.accountId, username: users.username, account: lifetimes })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(sql`${who} and ${users.active} and ${accounts.active}`)
    .for("update", { of: users });

/** The very person whose password was checked, unless it was changed in the meantime. */
const whoStillHas = prepared("person-still-has", (db) =>
  whoMaySignIn(
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

async function open(tx: Db, caller: Caller, user: Person, how: { kind: "browser" | "api"; factors: string[] }) {
  const { token, expiresAt } = await openSession(tx, caller, user, how);
  return { token, expiresAt: wire(expiresAt), user };
}
