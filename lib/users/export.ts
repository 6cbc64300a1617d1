import { z } from "zod";
import { anyAccountId, streamed } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { readWithin } from "#lib/db/index.ts";
import { csvLine } from "#lib/security-log/export.ts";
import { type ListedUser, rowsOf } from "./list.ts";
import { type UserFilter, userFilter } from "./narrow.ts";

/** How many people are held at a time. */
const atOnce = 500;

/** The people of a list as a file that is written while it is read: it may be as long as it likes. */
export const exportUsers = defineOperation({
  name: "users.export",
  summary: "Download the users of an account, by username, as CSV",
  route: "GET /users/export",
  allow: "list:user",
  limit: { name: "users_export", points: 20, seconds: 3600 },
  fresh: true,
  input: z.strictObject({ accountId: anyAccountId, ...userFilter }),
  output: z.object({ content: streamed("text/csv"), contentType: z.string(), fileName: z.string() }),
  takesAway: ({ input: { accountId: _, ...filter } }) => ({ details: { filter } }),

  run: async ({ place }, { accountId: _, ...filter }) => ({
    content: asCsv(place.reach, filter),
    contentType: "text/csv; charset=utf-8",
    fileName: "latchkey-users.csv",
  }),
});

/** Text, piece by piece: each is read, in a transaction of its own, when the one before it has gone out. */
async function* asCsv(reach: string[], filter: UserFilter): AsyncGenerator<string> {
  yield csvLine(columns);
  for (let after: string[] | undefined; ; ) {
    const asked = { filter, sort: "username", order: "asc", after, atMost: atOnce } as const;
    const rows = await readWithin(reach, (tx) => rowsOf(tx, reach, asked));
    if (rows.length) yield rows.map((row) => csvLine(cells(row))).join("");
    const last = rows.at(-1);
    if (!last || rows.length < atOnce) return;
    after = [last.place, last.id];
  }
}

const columns = [
  ...["id", "accountId", "username", "fullName", "email", "status", "mfa", "roles"],
  ...["invitedAt", "lastSignInAt", "createdAt"],
];

const cells = (row: ListedUser): (string | null)[] => [
  ...[row.id, row.accountId, row.username, row.fullName, row.email, row.status, row.mfa ? "on" : "off"],
  row.roles.map(({ name }) => name).join("; "),
  ...[row.invitedAt, row.lastSignInAt, row.createdAt],
];
