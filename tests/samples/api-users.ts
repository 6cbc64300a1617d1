import { randomUUID } from "node:crypto";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { seal } from "#lib/core/crypto/sealing.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { handedOut, type Person, sql } from "../cast.ts";
import { groupRow } from "../rights.ts";
import type { Sample } from "./operations.ts";

/** What an API user of a test signs in with: 256 random bits, so that hashing it slowly once will do. */
const secret = mintSecret("aus");
let hash: Promise<string> | undefined;

/** An API user in a test, with what its program holds. */
export type ApiUserRow = {
  id: string;
  accountId: string;
  login: string;
  email: string;
  secret: string;
  secretId: string;
  groupId: string;
};

type ApiUserInput = { roleIds?: string[]; allowedAddresses?: string[] };

/** Makes an API user of an account, in a group of its own that holds these roles. */
export async function apiUserRow(accountId: string, { roleIds = [], allowedAddresses = [] }: ApiUserInput = {}) {
  hash ??= hashPassword(secret);
  handedOut.add(secret);
  const login = `program-${randomUUID().slice(0, 13)}`;
  const email = `${login}@example.org`;
  const groupId = await groupRow(accountId, [], roleIds);
  const [made] = await sql<{ id: string; secretId: string }>(
    `with u as (insert into api_users (account_id, login, name, surname, email, allowed_addresses)
        values ($1, $2, 'Some', 'Program', $3, $4) returning id),
      g as (insert into api_user_groups (api_user_id, group_id, account_id) select id, $5, $1 from u)
    select u.id, gen_random_uuid() as "secretId" from u`,
    ...[accountId, login, email, allowedAddresses, groupId],
  );
  if (!made) throw new Error("no API user was made");
  const user = { ...made, accountId, login, email, secret, groupId };
  await secretRow(user, user.secretId);
  return user satisfies ApiUserRow;
}

/** Gives an API user a secret, the same for all; its id. */
export async function secretRow(
  { id, accountId }: Pick<ApiUserRow, "id" | "accountId">,
  secretId: string = randomUUID(),
) {
  const values = [secretId, accountId, id, await hash];
  await sql("insert into api_user_secrets (id, account_id, api_user_id, hash) values ($1, $2, $3, $4)", ...values);
  return secretId;
}

/** The customer key of an account, which is made when there is none. */
export async function customerKeyOf(accountId: string): Promise<{ id: string; key: string }> {
  const [id, key] = [randomUUID(), mintSecret("cus")];
  handedOut.add(key);
  await sql("update customer_keys set ends_at = now() + interval '1 day' where account_id = $1", accountId);
  const sealed = seal({ table: "customer_keys", field: "sealed_key", row: id, account: accountId }, key);
  const values = [id, accountId, hashSecret(key), sealed];
  await sql("insert into customer_keys (id, account_id, key_hash, sealed_key) values ($1, $2, $3, $4)", ...values);
  return { id, key };
}

/** A token of an API user, as if it had just signed in with this secret. */
export async function apiTokenOf({ id, accountId, secretId }: Pick<ApiUserRow, "id" | "accountId" | "secretId">) {
  const [row, token] = [randomUUID(), mintSecret("api")];
  handedOut.add(token);
  const sealed = seal({ table: "api_user_tokens", field: "sealed_secret", row, account: accountId }, token);
  await sql(
    `insert into api_user_tokens (id, account_id, api_user_id, customer_key_id, secret_id, secret_hash, sealed_secret, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, now() + interval '15 minutes')`,
    ...[row, accountId, id, (await customerKeyOf(accountId)).id, secretId, hashSecret(token), sealed],
  );
  return token;
}

const nothing = { input: async () => ({}) };
const own = async ({ accountId }: Person) => ({ apiUserId: (await apiUserRow(accountId)).id });

/** Samples of what concerns API users. */
export const apiUserSamples: Record<string, Sample> = {
  "api_users.sign_in": {
    input: async ({ accountId }) => {
      const { login, secret } = await apiUserRow(accountId);
      return { customerKey: (await customerKeyOf(accountId)).key, login, secret };
    },
    unnamed: true,
  },
  "api_users.list": nothing,
  "api_users.get": { input: own },
  "api_users.create": {
    input: async ({ accountId }) => ({
      login: "warehouse-sync",
      name: "Warehouse",
      surname: "Sync",
      email: `${randomUUID()}@example.org`,
      groupIds: [await groupRow(accountId)],
    }),
  },
  "api_users.update": { input: async (who) => ({ ...(await own(who)), name: "Renamed" }) },
  "api_users.delete": { input: own },
  "api_users.add_secret": { input: own },
  "api_users.drop_secret": {
    input: async ({ accountId }) => {
      const user = await apiUserRow(accountId);
      return { apiUserId: user.id, secretId: await secretRow(user) };
    },
  },
  "api_user_settings.get": nothing,
  "api_user_settings.update": { input: async () => ({ tokenSeconds: 600 }) },
  "api_user_settings.reveal_key": nothing,
  "api_user_settings.rotate_key": nothing,
};
