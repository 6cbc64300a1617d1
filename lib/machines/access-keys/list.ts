import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import { accessKeys } from "#db/schema/machines.ts";
import { requireSameAccount } from "#lib/access/over/colleague.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { keyUserId, toAccessKey, wireKey } from "./access-key.ts";
import { areAllowed, keysAllowed } from "./allowed.ts";

/** The access keys of a person; never their secrets. There are five at most, so there are no pages. */
export const listAccessKeys = defineOperation({
  name: "access_keys.list",
  summary: "List the access keys of a person",
  route: "GET /users/{userId}/access-keys",
  allow: "list:access_key",
  input: z.strictObject({ userId: keyUserId, accountId }),
  output: z.object({ items: z.array(wireKey), allowed: keysAllowed }),

  async run({ tx, tenant }, { userId }) {
    await requireSameAccount(tx, tenant, userId);
    const theirs = and(eq(accessKeys.accountId, tenant.accountId), eq(accessKeys.userId, userId));
    const found = await tx.select().from(accessKeys).where(theirs).orderBy(asc(accessKeys.createdAt));
    return { items: found.map(toAccessKey), allowed: await areAllowed(tx, tenant.accountId) };
  },
});
