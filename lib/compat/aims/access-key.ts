import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { accessKeys } from "#db/schema/machines.ts";
import { users } from "#db/schema/users.ts";
import { byAccessKey } from "#lib/access/issued/key-factor.ts";
import type { Caller } from "#lib/core/actor.ts";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { canonicalAddress } from "#lib/core/limit-keys.ts";
import { spend } from "#lib/core/limits.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { lockPerson, type Person, requireMaySignIn } from "#lib/sign-in/people.ts";
import { openSession } from "#lib/sign-in/sessions/operations.ts";
import { readOwner } from "./people.ts";
import { aimsSession } from "./sign-in.ts";

/** Signs in to AIMS with an access key, which stands for its person without a code, as the contract has it (AU15). */
export const signInWithAccessKey = defineOperation({
  name: "sessions.create_with_access_key",
  summary: "Sign in to AIMS with an access key",
  route: null,
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: z.strictObject({
    accessKeyId: z.string().max(100).meta({ description: "16 hexadecimal digits" }),
    secretKey: z.string().max(200).meta({ description: "The secret that was shown when the key was made" }),
  }),
  output: aimsSession,
  audit: ({ input, output: { user } }) => ({ actor: user, target: user.id, details: { accessKey: input.accessKeyId } }),

  async run({ tx, caller }, { accessKeyId, secretKey }) {
    const fits = sql`${accessKeys.id} = ${accessKeyId.toLowerCase()} and ${accessKeys.secretHash} = ${hashSecret(secretKey)}`;
    const isAllowed = await lockPolicy(tx, fits);
    const owner = sql`(select ${accessKeys.userId} from ${accessKeys} where ${fits})`;
    const [user] = await lockPerson(tx, sql`${users.id} = ${owner}`);
    if (!user) throw await badKey(caller);
    if (!isAllowed) throw keysOff(user);
    const factors = [byAccessKey(accessKeyId.toLowerCase())];
    requireMaySignIn(user, factors);
    // Looked for once more, now that the person is held: a key that was deleted meanwhile opens nothing.
    const [used] = await tx.update(accessKeys).set({ lastSignInAt: sql`now()` }).where(fits).returning();
    if (!used) throw new Refusal("invalid_credentials");
    const how = { kind: "aims", factors, accessKeyId: used.id } as const;
    const { token, expiresAt } = await openSession(tx, caller, user, how);
    return { token, expiresAt: expiresAt.toISOString(), ...(await readOwner(tx, user.id)) };
  },
});

/** The account is held before the person, so that no session is opened while keys are being switched off. */
async function lockPolicy(tx: Db, fits: SQL): Promise<boolean> {
  const [account] = await tx
    .select({ allowed: accounts.accessKeysAllowed })
    .from(accounts)
    .where(sql`${accounts.id} = (select ${accessKeys.accountId} from ${accessKeys} where ${fits})`)
    .for("share");
  return account?.allowed ?? false;
}

function keysOff({ id, accountId }: Person): Refusal {
  const refusal = new Refusal("access_keys_off");
  refusal.about = { id, accountId };
  return refusal;
}

// Counted once it did not fit: 256 bits are not to be guessed, and programs at the same address do not have to wait.
async function badKey({ address }: Caller): Promise<Refusal> {
  await spend({ name: "access_key", points: 30, seconds: 900, growing: true }, canonicalAddress(address));
  return new Refusal("invalid_credentials");
}
