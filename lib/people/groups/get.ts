import { z } from "zod";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { groupId } from "./fields.ts";
import { readGroup, wireGroup } from "./list.ts";

/** One group, with the roles it holds. Its members are a list of their own. */
export const getGroup = defineOperation({
  name: "groups.get",
  summary: "Read a group",
  route: "GET /groups/{groupId}",
  allow: "get:group",
  input: z.strictObject({ accountId, groupId }),
  output: wireGroup,

  run: (context, { groupId }) => readGroup(context, groupId),
});
