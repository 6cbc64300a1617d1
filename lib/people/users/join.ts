import { keepAdministrator } from "#lib/access/administrators.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import type { Caller } from "#lib/core/actor.ts";
import { authorize } from "#lib/core/authorize.ts";
import { record } from "#lib/core/rows.ts";
import { changeMembers } from "../groups/change-members.ts";
import { movedDetails, moveMembers } from "../groups/members.ts";
import { readUser } from "./lock-rows.ts";
import type { User } from "./wire.ts";

type Requester = Grantor & { caller: Caller };

/**
 * Makes somebody and takes them into groups, which are named on record as if that had been done afterwards. Refuses
 * what `groups.change_members` refuses: without that permission, and groups that hold more than the caller does.
 */
export async function makeWithin(by: Requester, groupIds: string[], make: () => Promise<User>): Promise<User> {
  if (!groupIds.length) return make();
  requireMayJoinGroup(by);
  return keepAdministrator(by.tx, by.tenant.accountId, async () => {
    const { id } = await make();
    for (const groupId of groupIds) await join(by, groupId, id);
    return readUser(by.tx, by.tenant, id);
  });
}

/** Refuses to whoever may take nobody into groups. */
export const requireMayJoinGroup = ({ actor, tenant }: Requester): void =>
  authorize({ allow: changeMembers.allow, stepUp: "always" }, actor, tenant);

async function join(by: Requester, groupId: string, userId: string) {
  const moved = await moveMembers(by, groupId, { add: [userId], remove: [], endSecretsOf: "none" });
  await record(by, changeMembers.name, { target: groupId, details: movedDetails(moved) });
}
