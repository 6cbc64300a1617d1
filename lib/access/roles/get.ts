import { z } from "zod";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { presentRole, readRole, wireRole } from "./list.ts";
import { roleId } from "./role.ts";

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
