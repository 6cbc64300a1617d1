import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { presentAccount, wireAccount } from "./account.ts";

/** The account with its policies: the own one, or one that it manages. */
export const getAccount = defineOperation({
  name: "accounts.get",
  summary: "Read an account and its policies",
  route: "GET /accounts/{accountId}",
  allow: "get:account",
  input: z.strictObject({ accountId }),
  output: wireAccount.extend({
    rights: z
      .array(z.string())
      .nullable()
      .meta({ description: "What it has agreed that yours may do in it; null where it is your own" }),
  }),

  run: async ({ tx, tenant }) => ({ ...presentAccount(await readAccount(tx, tenant)), rights: tenant.rights }),
});

async function readAccount(tx: Db, { accountId }: Tenant) {
  const [account] = await tx.select().from(accounts).where(eq(accounts.id, accountId));
  if (!account) throw notFound("account");
  return account;
}
