import { z } from "zod";
import { groups } from "#db/schema/access.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { type Grantor, rejectSelfModification } from "#lib/access/granting/grant-rules.ts";
import { changeRights } from "#lib/access/issued/change-rights.ts";
import { orTry, outgrownDetails, outgrownFields, wireOutgrown } from "#lib/access/issued/outgrown.ts";
import { measureOf, requireRightsOver } from "#lib/access/over/rights-over.ts";
import { joinNames, tellAllRights } from "#lib/access/roles/notices.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";
import { groupBefore, groupId, isGroupHere, peopleOf, toGroupDetails } from "./fields.ts";
import { type Group, readGroup } from "./list.ts";
import { requireMayGrantAndRevoke, rolesOfGroup, saidBy } from "./member-rules.ts";
import { membersOf } from "./roles.ts";

/** Deletes a group for good; its members lose what they held through it. Refuses one's own group that holds roles. */
export const deleteGroup = defineOperation({
  name: "groups.delete",
  summary: "Delete a group, and take from its members what it holds",
  route: "DELETE /groups/{groupId}",
  allow: "delete:group",
  stepUp: "always",
  input: z.strictObject({ accountId, groupId, ...outgrownFields }),
  output: z.object({ before: groupBefore, outgrown: wireOutgrown }),
  audit: ({ input, output: { before, outgrown } }) => ({
    target: input.groupId,
    details: { before, ...outgrownDetails(outgrown) },
  }),

  run: (context, { groupId, endSecretsOf, dryRun }) =>
    orTry(context, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        const group = await readGroup(context, groupId);
        await requireMayDelete(context, group);
        await tellOfDeletion(context, group);
        const who = membersOf(context, groupId);
        const [, outgrown] = await changeRights(context, { who, endSecretsOf }, () =>
          context.tx.delete(groups).where(isGroupHere(context, groupId)),
        );
        await accessChanged(context.tx, context.tenant);
        return { before: toGroupDetails(group), outgrown };
      }),
    ),
});

async function requireMayDelete(by: Grantor, { id, includesYou }: Group) {
  const held = await rolesOfGroup(by, id);
  rejectSelfModification(
    includesYou && held.length > 0,
    "You hold roles through this group: somebody else has to delete it.",
  );
  await requireMayGrantAndRevoke(by, held, false, true);
  await requireRightsOver(by, membersOf(by, id), measureOf(saidBy(held), {}));
}

function tellOfDeletion({ tx }: Grantor, group: Group) {
  const lost = `You held through it: ${joinNames(toGroupDetails(group).roles, "no role")}.`;
  const sentence = `an administrator deleted the group ${group.name}, which you were in. ${lost}`;
  return tellAllRights(tx, peopleOf(group.id), sentence);
}
