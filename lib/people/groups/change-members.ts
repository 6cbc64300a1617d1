import { z } from "zod";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { orTry, outgrownFields, wireOutgrown } from "#lib/access/issued/outgrown.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { memberGroupId, movedDetails, moveMembers, tellMoved, userIds } from "./members.ts";

/**
 * Takes people into a group and out of it; who is in or out already stays so. Where the group holds roles, that grants
 * and revokes them: with those permissions, nothing one does not hold, and never to oneself.
 */
export const changeMembers = defineOperation({
  name: "groups.change_members",
  summary: "Take users into a group, and out of it",
  route: "PATCH /groups/{groupId}/members",
  allow: "update:group",
  stepUp: "always",
  changes: ({ add, remove }) => add.length + remove.length,
  input: z
    .strictObject({
      accountId,
      groupId: memberGroupId,
      add: userIds.meta({ description: "Ids of users to take in" }),
      remove: userIds.meta({ description: "Ids of users to take out" }),
      ...outgrownFields,
    })
    .meta({ examples: [{ add: ["0190a6f0-0000-7000-8000-000000000001"] }] }),
  output: z.object({
    added: z.array(z.uuid()).meta({ description: "Who was not in before" }),
    removed: z.array(z.uuid()).meta({ description: "Who was in until now" }),
    outgrown: wireOutgrown,
  }),
  audit: ({ input, output }) => ({ target: input.groupId, details: movedDetails(output) }),

  run: (context, { groupId, add, remove, endSecretsOf, dryRun }) =>
    orTry(context, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        const moved = await moveMembers(context, groupId, { add, remove, endSecretsOf });
        await tellMoved(context, groupId, moved);
        return moved;
      }),
    ),
});
