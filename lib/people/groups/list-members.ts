import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { groupMembers } from "#db/schema/access.ts";
import { directory } from "#db/schema/users.ts";
import { accountId, instant, line, page, pageQuery, wire } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertGroupIsHere, memberGroupId } from "./members.ts";

const member = z.object({
  id: z.uuid(),
  username: z.string(),
  fullName: z.string(),
  email: z.string(),
  active: z.boolean(),
  addedAt: instant,
});

const { id, username, fullName, email, active } = directory;

const person = { id, username, fullName, email, active };

/** Lists the members of a group by name, a page at a time. */
export const listMembers = defineOperation({
  name: "groups.list_members",
  summary: "List the members of a group",
  route: "GET /groups/{groupId}/members",
  allow: "get:group",
  input: z.strictObject({
    accountId,
    groupId: memberGroupId,
    search: line(100).optional().meta({ description: "Part of the name, username or e-mail address" }),
    ...pageQuery,
  }),
  output: page(member),

  async run({ tx, tenant }, { groupId, search, limit, cursor }) {
    await assertGroupIsHere({ tx, tenant }, groupId);
    const paging = keysetPage(["members", groupId, search], { limit, cursor }, [directory.nameKey, directory.id]);
    const rows = await tx
      .select({ ...person, addedAt: groupMembers.addedAt, position: paging.position })
      .from(groupMembers)
      .innerJoin(directory, eq(directory.id, groupMembers.userId))
      .where(
        and(
          eq(groupMembers.groupId, groupId),
          eq(directory.accountId, tenant.accountId),
          matching(search),
          paging.after,
        ),
      )
      .orderBy(paging.order)
      .limit(paging.atMost);
    return paging.answer(rows, ({ position: _, ...row }) => ({ ...row, addedAt: wire(row.addedAt) }));
  },
});

function matching(search: string | undefined) {
  if (!search) return undefined;
  return sql`${directory.words} like ${containing(search.toLowerCase())}`;
}
