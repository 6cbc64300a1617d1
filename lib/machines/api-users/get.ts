import { z } from "zod";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { apiUserId } from "./fields.ts";
import { readApiUser, wireApiUser } from "./list.ts";

/** One API user, with its groups and what is to be known of its secrets. */
export const getApiUser = defineOperation({
  name: "api_users.get",
  summary: "Read an API user",
  route: "GET /api-users/{apiUserId}",
  allow: "get:api_user",
  input: z.strictObject({ apiUserId, accountId }),
  output: wireApiUser,

  run: (context, { apiUserId }) => readApiUser(context, apiUserId),
});
