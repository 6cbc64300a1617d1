import { sql } from "drizzle-orm";
import { z } from "zod";
import { roles } from "#db/schema/access.ts";
import type { PermissionMap } from "#db/schema/columns.ts";
import type { Caller } from "#lib/core/actor.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { keepAdministrator } from "../administrators.ts";
import { type Grantor, holdersOf, rejectSelfModification, requireMayGrant } from "../granting/grant-rules.ts";
import { changeRights } from "../issued/change-rights.ts";
import {
  type EndSecretsOf,
  noneOutgrown,
  orTry,
  outgrownDetails,
  outgrownFields,
  wireOutgrown,
} from "../issued/outgrown.ts";
import { measureOf, requireMayDeny, requireRightsOver } from "../over/rights-over.ts";
import { permissionMap, presentRole, type Role, readRole, wireRole } from "./list.ts";
import { tellAllRights } from "./notices.ts";
import {
  assertNameAvailable,
  ownRole,
  readOwn,
  roleBefore,
  roleDescription,
  roleId,
  roleName,
  roleNameTaken,
  toRoleDetails,
} from "./role.ts";

/**
 * Changes a role; permissions are replaced as a whole. It acts on all who hold it, at once. Refuses what gives more
 * than one holds, a role that one holds oneself, and a global one.
 */
export const updateRole = defineOperation({
  name: "roles.update",
  summary: "Change a role for all who hold it",
  route: "PATCH /roles/{roleId}",
  allow: "update:role",
  stepUp: "always",
  input: z
    .strictObject({
      accountId,
      roleId,
      name: roleName.optional(),
      description: roleDescription.optional(),
      permissions: permissionMap.optional(),
      version,
      ...outgrownFields,
    })
    .meta({ examples: [{ permissions: { "admin:own:list:user": "allowed" } }] }),
  output: wireRole.extend({ before: roleBefore, outgrown: wireOutgrown }),
  audit: ({ output }) => ({
    target: output.id,
    details: { before: output.before, after: toRoleDetails(output), ...outgrownDetails(output.outgrown) },
  }),

  run: (context, { dryRun, roleId, ...change }) =>
    orTry(context, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, () => changeRole(context, roleId, change)),
    ),
});

type Requester = Grantor & { caller: Caller };

type RoleUpdate = Changes & { version?: number; endSecretsOf: EndSecretsOf };

async function changeRole(by: Requester, roleId: string, wanted: RoleUpdate) {
  const { name, description, permissions, version, endSecretsOf } = wanted;
  const role = await readOwn(by, roleId);
  assertVersion(version, role.version, "This role");
  if (permissions) await requireMayChangeRole(by, role, permissions);
  if (name !== undefined) await assertNameAvailable(by, name, roleId);
  const outgrown = await writeRole(by, role, { name, description, permissions }, endSecretsOf);
  return { ...presentRole(await readRole(by, roleId)), before: toRoleDetails(role), outgrown };
}

/** Only what it allows is of consequence for whoever holds it. */
async function writeRole(by: Requester, role: Role, changes: Changes, endSecretsOf: EndSecretsOf) {
  const change = () => write(by, role.id, changes);
  if (!changes.permissions) {
    await change();
    return noneOutgrown;
  }
  const who = holdersOf(role.id, by.tenant.accountId);
  const [, outgrown] = await changeRights(by, { who, endSecretsOf }, change);
  if (!same(role.permissions, changes.permissions)) await tellAllRights(by.tx, who, widerOrNarrower(role));
  return outgrown;
}

const widerOrNarrower = ({ name }: Role) => `an administrator changed what your role ${name} allows.`;

async function requireMayChangeRole(by: Grantor, role: Role, permissions: PermissionMap) {
  if (same(role.permissions, permissions)) return;
  rejectSelfModification(role.heldByYou, "You hold this role yourself: somebody else has to change what it allows.");
  await requireMayGrant(by, role.permissions, permissions);
  const holders = holdersOf(role.id, by.tenant.accountId);
  await requireMayDeny(by, role.permissions, permissions, holders);
  await requireRightsOver(by, holders, measureOf(role.permissions, permissions));
}

const same = (one: PermissionMap, other: PermissionMap) =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([pattern, effect]) => other[pattern] === effect);

type Changes = { name?: string; description?: string; permissions?: PermissionMap };

async function write(by: Grantor, roleId: string, changes: Changes) {
  const grown = { version: sql`${roles.version} + 1`, modifiedAt: sql`now()`, modifiedBy: by.actor.id };
  await by.tx
    .update(roles)
    .set({ ...changes, ...grown })
    .where(ownRole(by, roleId))
    .catch(roleNameTaken);
}
