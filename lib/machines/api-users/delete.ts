import { z } from "zod";
import { apiUsers } from "#db/schema/machines.ts";
import { tellOthers } from "#lib/access/issued/notices.ts";
import { requireRightsOverUser } from "#lib/access/over/rights-over.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { apiUserBefore, toApiUserDetails } from "./audit-details.ts";
import { apiUserId } from "./fields.ts";
import { isApiUserHere, readApiUser } from "./list.ts";
import { rejectIfSelf } from "./secrets.ts";

/** Deletes an API user for good, with its secrets and tokens: at its next request it is nobody. */
export const deleteApiUser = defineOperation({
  name: "api_users.delete",
  summary: "Delete an API user, with its secrets and tokens",
  route: "DELETE /api-users/{apiUserId}",
  allow: "delete:api_user",
  stepUp: "always",
  input: z.strictObject({ apiUserId, accountId }),
  output: z.object({ before: apiUserBefore }),
  audit: ({ input, output }) => ({ target: input.apiUserId, details: { before: output.before } }),

  async run(context, { apiUserId }) {
    rejectIfSelf(context.actor, apiUserId);
    await requireRightsOverUser(context, apiUserId, "administrative");
    const user = await readApiUser(context, apiUserId);
    await tellOthers(context, user, "was deleted");
    const [gone] = await context.tx
      .delete(apiUsers)
      .where(isApiUserHere(context.tenant, apiUserId))
      .returning({ id: apiUsers.id });
    if (!gone) throw notFound("API user");
    return { before: toApiUserDetails(user) };
  },
});
