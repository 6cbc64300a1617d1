import type { z } from "zod";
import { formerPermissions } from "#db/administration-service.ts";
import { createRole } from "#lib/access/roles/create.ts";
import { deleteRole } from "#lib/access/roles/delete.ts";
import { getRole } from "#lib/access/roles/get.ts";
import { grantRole } from "#lib/access/roles/grant.ts";
import { listRoles, type wireRole } from "#lib/access/roles/list.ts";
import { revokeRole } from "#lib/access/roles/revoke.ts";
import { updateRole } from "#lib/access/roles/update.ts";
import type { Refusal } from "#lib/core/errors.ts";
import type { ApiRoute } from "../../route.ts";
import { AimsRefusal, type OwnWords } from "../errors.ts";
import { roleOut, stamped, upper } from "../shapes.ts";
import { listGlobalRoles, listRolesOfPerson, readPermissionsOf } from "../users.ts";
import { type AimsRequest, row, rowOf, silent } from "./row.ts";

const out = (role: z.output<typeof wireRole>) => roleOut(stamped(role));

const place = ({ path }: AimsRequest) => ({ accountId: path.account_id, roleId: lower(path.role_id) });
const person = ({ path }: AimsRequest) => ({ accountId: path.account_id, userId: lower(path.user_id) });
const grant = (asked: AimsRequest) => ({ ...place(asked), ...person(asked) });
const lower = (id = "") => id.toLowerCase();

/** A name that is taken is one that cannot be; the contract has no other word for it. */
const roleWords: OwnWords = ({ code }) => (code === "conflict" ? { status: 400, key: "invalid_property" } : undefined);

const isAboutRole = ({ details }: Refusal) => details.errors?.[0]?.pointer === "/roleId";

const grantWords: OwnWords = (refusal) => {
  if (refusal.code === "self_modification") return { status: 400, key: "self_grant_error" };
  if (refusal.code === "admin_account_immutable") return { status: 400, key: "admin_account_immutable" };
  return isAboutRole(refusal) ? { status: 400, key: "invalid_role_id" } : undefined;
};

const revokeWords: OwnWords = ({ code }) =>
  code === "self_modification" ? { status: 400, key: "self_revoke_error" } : undefined;

async function allRoles({ path, run }: AimsRequest) {
  const found: z.output<typeof wireRole>[] = [];
  let cursor: string | undefined;
  do {
    const page = await run(listRoles, { accountId: path.account_id, limit: 100, cursor });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { roles: found.map(out) };
}

async function globalRole({ path, run }: AimsRequest) {
  const { items } = await run(listGlobalRoles, {});
  const role = items.find(({ id }) => id === lower(path.role_id));
  if (!role) throw new AimsRefusal(404);
  return roleOut(role);
}

/** Roles, who holds them, and what they come to. */
export const roleRows: ApiRoute[] = [
  row(
    "GET /aims/v1/roles",
    listGlobalRoles,
    () => ({}),
    ({ items }) => ({ roles: items.map(roleOut) }),
    200,
  ),
  rowOf("GET /aims/v1/roles/{role_id}", globalRole, 200),
  rowOf("GET /aims/v1/{account_id}/roles", allRoles, 200),
  row(
    "POST /aims/v1/{account_id}/roles",
    createRole,
    ({ path, body }) => ({ accountId: path.account_id, name: body.name, permissions: body.permissions }),
    out,
    201,
    { body: { name: "string", permissions: "object" } as const, words: roleWords },
  ),
  row("GET /aims/v1/{account_id}/roles/{role_id}", getRole, place, out, 200),
  row(
    "POST /aims/v1/{account_id}/roles/{role_id}",
    updateRole,
    (asked) => ({ ...place(asked), name: asked.body.name, permissions: asked.body.permissions }),
    out,
    200,
    { body: { name: "string?", permissions: "object?" } as const, words: roleWords },
  ),
  row("DELETE /aims/v1/{account_id}/roles/{role_id}", deleteRole, place, silent, 204, {
    // As with users: what is not there is gone (1.8, no. 13).
    words: (refusal) => (isNoRole(refusal) ? { status: 204 } : undefined),
  }),
  row(
    "GET /aims/v1/{account_id}/users/{user_id}/roles",
    listRolesOfPerson,
    person,
    ({ items }) => ({ roles: items.map(roleOut) }),
    200,
  ),
  row(
    "GET /aims/v1/{account_id}/users/{user_id}/role_ids",
    listRolesOfPerson,
    person,
    ({ items }) => ({ role_ids: items.map(({ id }) => upper(id)) }),
    200,
  ),
  row(
    "GET /aims/v1/{account_id}/users/{user_id}/permissions",
    readPermissionsOf,
    person,
    ({ permissions }) => ({
      permissions: Object.entries(formerPermissions(permissions)).map(([pattern, effect]) => ({ [pattern]: effect })),
    }),
    200,
  ),
  row("PUT /aims/v1/{account_id}/users/{user_id}/roles/{role_id}", grantRole, grant, silent, 204, {
    words: grantWords,
  }),
  row("DELETE /aims/v1/{account_id}/users/{user_id}/roles/{role_id}", revokeRole, grant, silent, 204, {
    words: revokeWords,
  }),
];

const isNoRole = (refusal: Refusal) =>
  (refusal.code === "not_found" && refusal.details.what === "role") ||
  (refusal.code === "invalid_fields" && isAboutRole(refusal));
