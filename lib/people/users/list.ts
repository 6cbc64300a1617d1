import { z } from "zod";
import { anyAccountId, instant, page, pageQuery } from "#lib/core/fields.ts";
import { openPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { userFilter } from "./filter.ts";
import { heldRole } from "./roles.ts";
import { rowsOf, sorts } from "./search-page.ts";
import { userStatuses } from "./wire.ts";

const listed = z.object({
  id: z.uuid(),
  accountId: z.string(),
  username: z.string(),
  fullName: z.string(),
  email: z.string(),
  status: z.enum(userStatuses),
  lockedReason: z.string().nullable(),
  mfa: z.boolean().meta({ description: "There is an authenticator or a passkey" }),
  invitedAt: instant.nullable(),
  lastSignInAt: instant.nullable(),
  createdAt: instant,
  version: z.int(),
  roles: z.array(heldRole),
});

const userPage = page(listed);

/** A row of the list. */
export type ListedUser = z.output<typeof listed>;

export type UserPage = z.output<typeof userPage>;

/** Lists people a page at a time, by keyset: as quick among a million as among a thousand, so it counts nothing. */
export const listUsers = defineOperation({
  name: "users.list",
  summary: "List and search the users of an account",
  route: "GET /users",
  allow: "list:user",
  input: z.strictObject({
    accountId: anyAccountId,
    ...userFilter,
    sort: z.enum(sorts).default("name").meta({ description: "By what they are sorted" }),
    order: z.enum(["asc", "desc"]).default("asc").meta({ description: "Rising or falling" }),
    ...pageQuery,
  }),
  output: userPage,

  async run({ tx, tenant }, { accountId: _, limit, cursor, sort, order, ...filter }) {
    const list = ["users", [...tenant.visibleAccountIds].sort(), sort, order, Object.entries(filter).sort()];
    const { after, atMost, answer } = openPage(list, { limit, cursor });
    const rows = await rowsOf(tx, tenant.visibleAccountIds, { filter, sort, order, after, atMost });
    return answer(
      rows,
      ({ place, id }) => [place, id],
      (row) => row,
    );
  },
});
