import { eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, readAsTenant } from "#db/client.ts";
import { groupMembers, groups } from "#db/schema/access.ts";
import { users } from "#db/schema/users.ts";
import { csvHead, csvLines } from "#lib/core/csv.ts";
import { anyAccountId, streamed } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { type UserFilter, userFilter } from "../users/filter.ts";
import type { ListedUser } from "../users/list.ts";
import { rowsOf } from "../users/search-page.ts";
import { asCell } from "./name-lists.ts";

/** How many people are held at a time. */
const atOnce = 500;

/** The people of a list as a file that is written while it is read: it may be as long as it likes. */
export const exportUsers = defineOperation({
  name: "users.export",
  summary: "Download the users of an account, by username, as CSV",
  route: "GET /users/export",
  allow: "list:user",
  stepUp: "always",
  limit: { name: "users_export", points: 20, seconds: 3600 },
  input: z.strictObject({ accountId: anyAccountId, ...userFilter }),
  output: z.object({ content: streamed("text/csv"), contentType: z.string(), fileName: z.string() }),
  auditExport: ({ input: { accountId: _, ...filter } }) => ({ details: { filter } }),

  run: async ({ tenant }, { accountId: _, ...filter }) => ({
    content: asCsv(tenant.visibleAccountIds, filter),
    contentType: "text/csv; charset=utf-8",
    fileName: "latchkey-users.csv",
  }),
});

/** Text, piece by piece: each is read, in a transaction of its own, when the one before it has gone out. */
async function* asCsv(visibleAccountIds: string[], filter: UserFilter): AsyncGenerator<string> {
  yield csvHead(columns);
  for (let after: string[] | undefined; ; ) {
    const asked = { filter, sort: "username", order: "asc", after, atMost: atOnce } as const;
    const rows = await readAsTenant(visibleAccountIds, async (tx) =>
      withDetails(tx, await rowsOf(tx, visibleAccountIds, asked)),
    );
    if (rows.length) yield csvLines(rows.map(cells));
    const last = rows.at(-1);
    if (!last || rows.length < atOnce) return;
    after = [last.place, last.id];
  }
}

/** What an import takes and the list does not show. */
type Details = Pick<typeof users.$inferSelect, "phone" | "mobilePhone" | "notificationsOnly"> & { groups: string[] };

const noDetails: Details = { phone: null, mobilePhone: null, notificationsOnly: false, groups: [] };

async function withDetails<Row extends ListedUser>(tx: Db, rows: Row[]): Promise<(Row & Details)[]> {
  const names = tx
    .select({ names: sql<string[]>`coalesce(array_agg(${groups.name} order by ${groups.name}), '{}')` })
    .from(groupMembers)
    .innerJoin(groups, eq(groups.id, groupMembers.groupId))
    .where(eq(groupMembers.userId, users.id));
  const { id, phone, mobilePhone, notificationsOnly } = users;
  const found = await tx
    .select({ id, phone, mobilePhone, notificationsOnly, groups: sql<string[]>`(${names})` })
    .from(users)
    .where(
      inArray(
        users.id,
        rows.map((row) => row.id),
      ),
    );
  const details = new Map(found.map((one) => [one.id, one]));
  return rows.map((row) => ({ ...row, ...(details.get(row.id) ?? noDetails) }));
}

/** The columns that an import takes come first, by the same names; of the others it takes none. */
const columns = [
  ...["username", "fullName", "email", "phone", "mobilePhone", "roles", "groups", "notificationsOnly", "status"],
  ...["id", "accountId", "mfa", "invitedAt", "lastSignInAt", "createdAt"],
];

/** Roles that come through a group are left to the group: an import would give them to the person besides. */
const ownRoles = ({ roles }: ListedUser) => roles.filter(({ direct }) => direct).map(({ name }) => name);

const cells = (row: ListedUser & Details): (string | null)[] => [
  ...[row.username, row.fullName, row.email, row.phone, row.mobilePhone],
  ...[asCell(ownRoles(row)), asCell(row.groups), row.notificationsOnly ? "yes" : "no", row.status],
  ...[row.id, row.accountId, row.mfa ? "on" : "off", row.invitedAt, row.lastSignInAt, row.createdAt],
];
