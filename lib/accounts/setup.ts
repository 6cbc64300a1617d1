import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary, transaction } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { setupLinks } from "#db/schema/users.ts";
import { ensureGlobalRoles } from "#lib/access/roles/global-roles.ts";
import { recordChange } from "#lib/core/audit.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { email, name, password } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { BadSetting, env } from "#lib/env.ts";
import { askForProof } from "#lib/people/email/pending.ts";
import { assertStrongPassword, weaknesses } from "#lib/sign-in/passwords/weaknesses.ts";
import { mintTicket } from "#lib/sign-in/tickets.ts";
import { makeFirst } from "./first-account.ts";

export const setupLink = z
  .string()
  .max(100)
  .meta({ description: "The secret of the link printed when the portal started" });

/** Makes the first account and its administrator, once, for whoever holds the link that was printed at start. */
export const setUp = defineOperation({
  name: "setup.create",
  summary: "Make the first account and its administrator",
  route: "POST /setup",
  allow: "anyone",
  idempotencyKey: true,
  limit: { name: "setup", points: 20, seconds: 900 },
  input: z.strictObject({
    link: setupLink,
    accountName: name(100).meta({ description: "The company's or team's name" }),
    fullName: name(100).meta({ description: "The administrator's name" }),
    email: email.meta({ description: "The administrator's address, also the username" }),
    password: password.meta({ description: "At least 12 characters, three of the four kinds" }),
  }),
  output: z.object({
    ticket: z
      .string()
      .meta({ secret: true, description: "Signs the administrator in: trade it at POST /sign-in/ticket" }),
    user: z.object({ id: z.uuid(), accountId: z.string() }),
  }),
  audit: ({ output }) => ({
    actor: output.user,
    target: output.user.id,
    details: { accountId: output.user.accountId },
  }),

  async run({ tx }, { link, accountName, fullName, email, password }) {
    if (!(await isEmpty(primary()))) throw new Refusal("already_set_up");
    assertStrongPassword(password, [email, fullName, accountName], "password");
    const passwordHash = await hashPassword(password);
    await lockSetup(tx);
    if (!(await isEmpty(tx))) throw new Refusal("already_set_up");
    await takeLink(tx, link);
    const user = await makeFirst(tx, { accountName, fullName, email, passwordHash });
    await askForProof(tx, user.id);
    return { user, ticket: await mintTicket(tx, user.id, ["password"]) };
  },
});

/**
 * What the start has to say: the link to `/setup`, or whom it made administrator, with the password where that was not
 * set; nothing later on.
 */
export type FirstAccount = { setupLink?: string; made?: string; password?: string };

/** Whom an empty portal gets as its administrator where the settings name nobody. */
export type FirstAdministrator = { email: string; password: string };

/**
 * Sees to it that somebody can sign in: with `ADMIN_EMAIL` and `ADMIN_PASSWORD` makes the first account and its
 * administrator in an empty database; without them mints the one-time link to `/setup` and returns it, unless somebody
 * is `offered`.
 */
export async function prepareFirstAccount(offered?: FirstAdministrator): Promise<FirstAccount> {
  await transaction(ensureGlobalRoles);
  if (!(await isEmpty(primary()))) return {};
  const chosen = administratorInSettings() ?? offered;
  if (!chosen) return { setupLink: await mintLink() };
  const accountName = env().ACCOUNT_NAME ?? "My company";
  assertUsablePassword(chosen.password, [chosen.email, accountName]);
  const passwordHash = await hashPassword(chosen.password.normalize("NFKC"));
  const isMade = await transaction(async (tx) => {
    await lockSetup(tx);
    const first = { accountName, fullName: "Administrator", email: chosen.email, passwordHash };
    if (!(await isEmpty(tx))) return false;
    const actor = await makeFirst(tx, first);
    const note = { actor, target: actor.id, details: { accountId: actor.accountId } };
    await recordChange(tx, setUp.name, { actor: null, caller: atStart }, note);
    return true;
  });
  if (!isMade) return {};
  return { made: chosen.email, ...(chosen === offered && { password: offered.password }) };
}

function administratorInSettings(): FirstAdministrator | undefined {
  const [email, password] = [adminEmail(), env().ADMIN_PASSWORD];
  return email && password ? { email, password } : undefined;
}

function adminEmail(): string | undefined {
  const { data, error } = email.optional().safeParse(env().ADMIN_EMAIL);
  if (error) throw new BadSetting(`ADMIN_EMAIL: ${error.issues[0]?.message}`);
  return data;
}

/** Nobody asked: the settings did. */
const atStart = { address: "", agent: "ADMIN_EMAIL", requestId: "" };

function assertUsablePassword(password: string, context: string[]) {
  const broken = weaknesses(password.normalize("NFKC"), context).map(({ message }) => message);
  if (broken.length) throw new BadSetting(`ADMIN_PASSWORD: ${broken.join(" ")}`);
}

export async function isEmpty(tx: Db): Promise<boolean> {
  const [found] = await tx.select({ id: accounts.id }).from(accounts).limit(1);
  return !found;
}

/** Replicas and impatient people set up one after the other. */
const lockSetup = (tx: Db) => tx.execute(sql`select pg_advisory_xact_lock(hashtext('latchkey set-up'))`);

async function mintLink(): Promise<string> {
  const secret = mintSecret("set");
  const expiresAt = sql`now() + interval '72 hours'`;
  await transaction((tx) => tx.insert(setupLinks).values({ secretHash: hashSecret(secret), expiresAt }));
  return `${env().APP_URL}/setup?link=${secret}`;
}

export const isLink = (link: string) =>
  sql`${setupLinks.secretHash} = ${hashSecret(link)} and ${setupLinks.expiresAt} > now()`;

async function takeLink(tx: Db, link: string) {
  const [taken] = await tx.delete(setupLinks).where(isLink(link)).returning();
  const message =
    "This link is not the one printed when the portal started, or older than 72 hours. Start again for a new one.";
  if (!taken) throw new Refusal("forbidden", message);
  await tx.delete(setupLinks);
}
