import { listPermissions } from "./permissions.ts";
import { createRole } from "./roles/create.ts";
import { deleteRole } from "./roles/delete.ts";
import { getRole } from "./roles/get.ts";
import { grantRole } from "./roles/grant.ts";
import { listRoles } from "./roles/list.ts";
import { listRolesOf } from "./roles/list-of-user.ts";
import { previewRole } from "./roles/preview.ts";
import { revokeRole } from "./roles/revoke.ts";
import { updateRole } from "./roles/update.ts";
import { listScopes } from "./scopes/catalogue.ts";

/** Roles, scopes and permissions. */
export const accessOperations = [
  listScopes,
  listRoles,
  getRole,
  createRole,
  updateRole,
  deleteRole,
  listRolesOf,
  grantRole,
  revokeRole,
  previewRole,
  listPermissions,
] as const;
