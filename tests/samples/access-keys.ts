import { randomBytes } from "node:crypto";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { handedOut, type Person, sql } from "../cast.ts";
import type { Sample } from "./operations.ts";

/** Gives somebody an access key. */
export async function accessKeyOf({ id, accountId }: Pick<Person, "id" | "accountId">, label = "") {
  const [keyId, secret] = [randomBytes(8).toString("hex"), randomBytes(32).toString("hex")];
  handedOut.add(secret);
  await sql(
    "insert into access_keys (id, account_id, user_id, label, secret_hash) values ($1, $2, $3, $4, $5)",
    keyId,
    accountId,
    id,
    label,
    hashSecret(secret),
  );
  return { id: keyId, secret };
}

const ownKey = async (who: Person) => ({ accessKeyId: (await accessKeyOf(who)).id });

/** Samples of what concerns access keys. */
export const accessKeySamples: Record<string, Sample> = {
  "access_keys.list": { input: async ({ id }) => ({ userId: id }) },
  "access_keys.create": { input: async ({ id }) => ({ userId: id, label: "nightly export" }) },
  "access_keys.get": { input: ownKey },
  "access_keys.update": { input: async (who) => ({ ...(await ownKey(who)), label: "renamed" }) },
  "access_keys.delete": { input: ownKey },
  "access_keys.list_own": { input: async () => ({}) },
  "access_keys.rename_own": { input: async (who) => ({ ...(await ownKey(who)), label: "renamed" }) },
  "access_keys.delete_own": { input: ownKey },
};
