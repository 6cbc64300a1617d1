import { generateSync } from "otplib";
import { transaction } from "#db/client.ts";
import { mintLink } from "#lib/core/links.ts";
import { type Missing, mintChallenge } from "#lib/sign-in/challenges.ts";
import { makeRecoveryCodes } from "#lib/sign-in/factors/recovery-codes.ts";
import { mintTotpSecret, sealTotpSecret } from "#lib/sign-in/factors/totp.ts";
import { handedOut, type Person, sql } from "./cast.ts";

/**
 * An authenticator as its owner holds it: `code` is what it shows at the database's clock, so many steps of 30 s away.
 */
export type Authenticator = { id: string; secret: string; code(steps?: number): Promise<string> };

/** Gives somebody an authenticator that works, or one that waits for its first code. */
export async function authenticatorOf(
  owner: Person,
  { confirmed = true, name = "phone" } = {},
): Promise<Authenticator> {
  const [id, secret] = [crypto.randomUUID(), mintTotpSecret()];
  handedOut.add(secret);
  await sql(
    `insert into authenticators (id, user_id, name, secret, confirmed_at) values ($1, $2, $3, $4, ${confirmed ? "now()" : "null"})`,
    id,
    owner.id,
    name,
    sealTotpSecret(id, owner, secret),
  );
  return { id, secret, code: (steps = 0) => codeOf(secret, steps) };
}

/** What an authenticator with this secret shows. */
export async function codeOf(secret: string, steps = 0): Promise<string> {
  const [clock] = await sql<{ now: string }>("select extract(epoch from clock_timestamp()) as now");
  return generateSync({ secret, epoch: Number(clock?.now) + 30 * steps });
}

/** Gives somebody ten recovery codes. */
export const recoveryCodesOf = (owner: Person): Promise<string[]> =>
  transaction((tx) => makeRecoveryCodes(tx, owner.id));

/**
 * Gives somebody one recovery code, that nobody knows: so that their first factor makes none, which is ten hashes'
 * work.
 */
export const unknownCodeOf = (owner: Person) =>
  sql(
    "insert into recovery_codes (user_id, number, hash) select id, 1, password_hash from users where id = $1 on conflict do nothing",
    owner.id,
  );

/** A sign-in of somebody that waits for this. */
export async function challengeOf(owner: Person, missing: Missing, factors = ["password"]): Promise<string> {
  const { challenge } = await transaction((tx) => mintChallenge(tx, owner.id, factors, missing));
  handedOut.add(challenge);
  return challenge;
}

/** The secret of a link as a mail to somebody would hold it. */
export async function linkOf(owner: Person, purpose: Parameters<typeof mintLink>[1]["purpose"], data = {}) {
  const order = { userId: owner.id, purpose, words: "", path: "", minutes: 10, data };
  const secret = String(await mintLink(crypto.randomUUID(), order)).slice(1);
  handedOut.add(secret);
  return secret;
}

/** Makes the account of somebody require a second factor, with no grace left. */
export async function requireMfa({ id, accountId }: Person): Promise<void> {
  await sql("update accounts set mfa_required = true where id = $1", accountId);
  await sql("update users set mfa_grace_until = now() where id = $1", id);
}
