import { and, eq, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { roles } from "#db/schema/access.ts";
import type { PermissionMap } from "#db/schema/columns.ts";
import type { Caller } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { accountId, line, name, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { taken, takenBy } from "#lib/core/unique.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { keepAdministrator } from "../administrators.ts";
import { type Grantor, holdersOf, rejectSelfModification, requireMayGrant, rolesFor } from "../granting/grant-rules.ts";
import { changeRights } from "../issued/change-rights.ts";
import {
  type EndSecretsOf,
  noneOutgrown,
  orTry,
  outgrownDetails,
  outgrownFields,
  wireOutgrown,
} from "../issued/outgrown.ts";
import { measureOf, requireMayDeny, requireRightsOver } from "../over/over.ts";
import { permissionMap, presentRole, type Role, readRole, wireRole } from "./list.ts";
import { tellAllRights } from "./notices.ts";
import { requireQuota } from "./quota.ts";

const roleId = uuid().meta({ description: "The role's id" });
const roleName = name(100).meta({ description: "Unique among the account's roles and the global ones" });
const description = line(500).meta({ description: "What it is for" });

/** One role of the account, or a global one. */
export const getRole = defineOperation({
  name: "roles.get",
  summary: "Read a role",
  route: "GET /roles/{roleId}",
  allow: "get:role",
  input: z.strictObject({ accountId, roleId }),
  output: wireRole,

  run: async (context, { roleId }) => presentRole(await readRole(context, roleId)),
});

/** Makes a role. Refuses `privilege_escalation` where it allows what its maker does not hold (I-29). */
export const createRole = defineOperation({
  name: "roles.create",
  summary: "Make a role",
  route: "POST /roles",
  allow: "create:role",
  stepUp: "always",
  idempotencyKey: true,
  input: z
    .strictObject({ accountId, name: roleName, description: description.default(""), permissions: permissionMap })
    .meta({ examples: [{ name: "Help desk", permissions: { "admin:own:list:user": "allowed" } }] }),
  output: wireRole,
  audit: ({ output }) => ({ target: output.id, details: { after: toAuditDetails(output) } }),

  async run(context, { name, description, permissions }) {
    const { actor, tenant, tx } = context;
    await requireMayGrant(context, {}, permissions);
    await assertNameAvailable(context, name);
    await requireQuota(tx, tenant.accountId, "roles");
    const by = { createdBy: actor.id, modifiedBy: actor.id };
    const [made] = await tx
      .insert(roles)
      .values({ accountId: tenant.accountId, name, description, permissions, ...by })
      .returning({ id: roles.id })
      .catch(nameTaken);
    return presentRole(await readRole(context, String(made?.id)));
  },
});

const before = z
  .object({ name: z.string(), description: z.string(), permissions: z.record(z.string(), z.string()) })
  .meta({ description: "What it said until now" });

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
      description: description.optional(),
      permissions: permissionMap.optional(),
      version,
      ...outgrownFields,
    })
    .meta({ examples: [{ permissions: { "admin:own:list:user": "allowed" } }] }),
  output: wireRole.extend({ before, outgrown: wireOutgrown }),
  audit: ({ output }) => ({
    target: output.id,
    details: { before: output.before, after: toAuditDetails(output), ...outgrownDetails(output.outgrown) },
  }),

  run: (context, { dryRun, roleId, ...change }) =>
    orTry(context.tx, dryRun, () =>
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
  return { ...presentRole(await readRole(by, roleId)), before: toAuditDetails(role), outgrown };
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

/** Deletes a role for good; whoever holds it loses it. Refuses a role that one holds oneself, and a global one. */
export const deleteRole = defineOperation({
  name: "roles.delete",
  summary: "Delete a role, and take it from all who hold it",
  route: "DELETE /roles/{roleId}",
  allow: "delete:role",
  stepUp: "always",
  input: z.strictObject({ accountId, roleId, ...outgrownFields }),
  output: z.object({ before, outgrown: wireOutgrown }),
  audit: ({ input, output: { before, outgrown } }) => ({
    target: input.roleId,
    details: { before, ...outgrownDetails(outgrown) },
  }),

  run: (context, { roleId, endSecretsOf, dryRun }) =>
    orTry(context.tx, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        const role = await readOwn(context, roleId);
        rejectSelfModification(role.heldByYou, "You hold this role yourself: somebody else has to delete it.");
        await requireMayGrant(context, role.permissions, {});
        const who = holdersOf(roleId, context.tenant.accountId);
        await requireRightsOver(context, who, measureOf(role.permissions, {}));
        await tellAllRights(context.tx, who, `an administrator deleted your role ${role.name}.`);
        const [, outgrown] = await changeRights(context, { who, endSecretsOf }, () =>
          context.tx.delete(roles).where(ownRole(context, roleId)),
        );
        return { before: toAuditDetails(role), outgrown };
      }),
    ),
});

const toAuditDetails = ({ name, description, permissions }: Pick<Role, "name" | "description" | "permissions">) => ({
  name,
  description,
  permissions,
});

const ownRole = ({ tenant }: Grantor, roleId: string) =>
  and(eq(roles.id, roleId), eq(roles.accountId, tenant.accountId));

/** A role of the account itself. Refuses `global_role` for one that every account has. */
async function readOwn(by: Grantor, roleId: string): Promise<Role> {
  const role = presentRole(await readRole(by, roleId));
  if (role.global) throw new Refusal("global_role");
  return role;
}

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
    .catch(nameTaken);
}

/** Two roles that read alike would be taken for one another, a global one most of all. */
async function assertNameAvailable({ tx, tenant }: Grantor, name: string, except?: string) {
  const alike = sql`lower(${roles.name}) = lower(${name})`;
  const others = except === undefined ? undefined : ne(roles.id, except);
  const [namesake] = await tx
    .select({ id: roles.id })
    .from(roles)
    .where(and(rolesFor(tenant), alike, others))
    .limit(1);
  if (namesake) throw taken("name", inUse);
}

const inUse = "There is a role of this name already. Choose another.";
const nameTaken = takenBy("roles_name_once", inUse);
