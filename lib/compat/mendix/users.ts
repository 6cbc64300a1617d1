import { gt } from "drizzle-orm";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { accountId, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { readUsers, wireUser } from "#lib/people/users/wire.ts";

const maxPageSize = 1000;

/** Everybody of an account, whole, a thousand at a time in the order of their ids. */
export const listWholeUsers = defineOperation({
  name: "users.list_whole",
  summary: "List all users of an account with all there is to know of them",
  route: null,
  allow: "list:user",
  input: z.strictObject({ accountId, after: uuid().optional().meta({ description: "Only those behind this one" }) }),
  output: z.object({ items: z.array(wireUser), next: z.uuid().nullable() }),

  async run({ tx, tenant }, { after }) {
    const items = await readUsers(
      tx,
      [tenant.accountId],
      after === undefined ? undefined : gt(users.id, after),
      maxPageSize,
    );
    return { items, next: items.length === maxPageSize ? (items.at(-1)?.id ?? null) : null };
  },
});
