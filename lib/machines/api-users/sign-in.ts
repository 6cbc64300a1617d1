import { randomUUID } from "node:crypto";
import { and, desc, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { apiUserSecrets, apiUsers, apiUserTokens } from "#db/schema/machines.ts";
import type { Caller } from "#lib/core/actor.ts";
import { seal, unseal } from "#lib/core/crypto/sealing.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import type { Refusal } from "#lib/core/errors.ts";
import { instant, password, wire } from "#lib/core/fields.ts";
import { canonicalAddress, canonicalName } from "#lib/core/limit-keys.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { attemptSucceeded, countFailedAttempt, passwordGuard, spendApiUserSignIn } from "#lib/sign-in/budgets.ts";
import { requireActiveApiUser, requireAllowedAddress } from "./holder.ts";
import { findApiUser, type Proven, proveApiUser, wrong } from "./prove.ts";
import { inTurn } from "./turns.ts";

const anyText = (longest: number) => z.string().max(longest);

/**
 * Signs an API user in: customer key, login and secret for a token. Whatever of the three is wrong, it is the same 401.
 * Who proves themselves is told why they may not come: `owner_inactive`, `address_not_allowed`.
 */
export const signInApiUser = defineOperation({
  name: "api_users.sign_in",
  summary: "Sign in as an API user and get a token",
  route: "POST /api-user-tokens",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: z
    .strictObject({
      customerKey: anyText(200).meta({ description: "`lk_cus_…`, which names the account" }),
      login: anyText(200).meta({ description: "The API user's login" }),
      secret: password.meta({ description: "One of its secrets" }),
    })
    .meta({ examples: [{ customerKey: "lk_cus_…", login: "warehouse-sync", secret: "lk_aus_…" }] }),
  output: z.object({
    token: z.string().meta({ secret: true, description: "`lk_api_…`, for the `Authorization` header" }),
    expiresAt: instant,
    isNew: z.boolean().meta({ description: "Got just now, rather than before and still good" }),
    apiUser: z.object({ id: z.uuid(), accountId: z.string(), login: z.string() }),
  }),
  audit: ({ output: { apiUser, isNew } }) => ({ actor: apiUser, target: apiUser.id, details: { newToken: isNew } }),

  async run({ tx, caller }, { customerKey, login, secret }) {
    const found = await findApiUser(customerKey, login);
    return inTurn(turnOf(customerKey, login, caller), async () =>
      enter(tx, caller, await proveApiUser(found, { customerKey, login, secret }, caller)),
    );
  },
});

const turnOf = (key: string, login: string, { address }: Caller) =>
  JSON.stringify([key, canonicalName(login), canonicalAddress(address)]);

/** Gives a token to whoever has proven this secret, if all of it still stands now that the API user is held. */
async function enter(tx: Db, { address }: Caller, { secretId, keyId, who, source }: Proven) {
  const [user] = await lockUser(tx, secretId, keyId);
  if (!user) throw wrong(undefined);
  try {
    requireActiveApiUser(user);
    requireAllowedAddress(user.networks, address);
  } catch (refusal) {
    await countFailedAttempt(source);
    throw Object.assign(refusal as Refusal, { about: { id: user.id, accountId: user.accountId } });
  }
  await attemptSucceeded(passwordGuard, who, source);
  await spendApiUserSignIn(user);
  await noteSignIn(tx, user.id, secretId, address);
  const proof = { secretId, customerKeyId: keyId };
  const kept = user.fresh ? undefined : await tokenBefore(tx, user, proof);
  const { token, expiresAt } = kept ?? (await newToken(tx, user, proof));
  const { id, accountId, login } = user;
  return { token, expiresAt: wire(expiresAt), isNew: !kept, apiUser: { id, accountId, login } };
}

type User = {
  id: string;
  accountId: string;
  login: string;
  networks: string;
  active: boolean;
  grouped: boolean;
  fresh: boolean;
  seconds: number;
};

/** Held, so that two who come at once get one token where it is to be the same. */
async function lockUser(tx: Db, secretId: string, keyId: string): Promise<User[]> {
  const { rows } = await tx.execute<User>(sql`
    select u.id, u.account_id as "accountId", u.login, array_to_json(u.allowed_addresses)::text as networks,
      u.active and a.active as active, a.api_token_fresh as fresh, a.api_token_seconds as seconds,
      exists (select from api_user_groups m where m.api_user_id = u.id) as grouped
    from api_users u join accounts a on a.id = u.account_id
      join customer_keys k on k.account_id = u.account_id and k.id = ${keyId} and (k.ends_at is null or k.ends_at > now())
      join api_user_secrets s on s.api_user_id = u.id and s.id = ${secretId}
    for update of u for key share of k, s`);
  return rows;
}

async function noteSignIn(tx: Db, id: string, secretId: string, address: string) {
  const now = sql`now()`;
  await tx.update(apiUsers).set({ lastSignInAt: now, lastSignInAddress: address }).where(eq(apiUsers.id, id));
  await tx.update(apiUserSecrets).set({ lastUsedAt: now }).where(eq(apiUserSecrets.id, secretId));
}

const sealContext = (row: string, { accountId }: Pick<User, "accountId">) => ({
  table: "api_user_tokens",
  field: "sealed_secret",
  row,
  account: accountId,
});

/** What a token was got with: it ends when either of them does. */
type Proof = { secretId: string; customerKeyId: string };

/** The token that was got with this secret and this customer key before and is still good. */
async function tokenBefore(tx: Db, user: User, { secretId, customerKeyId }: Proof) {
  const theirs = and(eq(apiUserTokens.secretId, secretId), eq(apiUserTokens.customerKeyId, customerKeyId));
  const [token] = await tx
    .select()
    .from(apiUserTokens)
    .where(and(theirs, gt(apiUserTokens.expiresAt, sql`now()`)))
    .orderBy(desc(apiUserTokens.createdAt))
    .limit(1);
  return token && { token: unseal(sealContext(token.id, user), token.sealedSecret), expiresAt: token.expiresAt };
}

async function newToken(tx: Db, user: User, proof: Proof) {
  const [id, token] = [randomUUID(), mintSecret("api")];
  const [made] = await tx
    .insert(apiUserTokens)
    .values({
      id,
      accountId: user.accountId,
      apiUserId: user.id,
      ...proof,
      secretHash: hashSecret(token),
      sealedSecret: seal(sealContext(id, user), token),
      expiresAt: sql`now() + ${user.seconds} * interval '1 second'`,
    })
    .returning({ expiresAt: apiUserTokens.expiresAt });
  if (!made) throw new Error("no token was made");
  return { token, expiresAt: made.expiresAt };
}
