import { z } from "zod";
import { endKeys } from "#lib/access/issued/ending.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { inReach, keyUserId, requireRightsOverOwner } from "./access-key.ts";
import { accessKeyId } from "./id.ts";

/** Deletes an access key: it opens nothing any more, and what was opened with it ends. */
export const deleteAccessKey = defineOperation({
  name: "access_keys.delete",
  summary: "Delete an access key",
  route: "DELETE /access-keys/{accessKeyId}",
  allow: "delete:access_key",
  stepUp: "never",
  whileImpersonating: "refused",
  input: z.strictObject({ accessKeyId, userId: keyUserId.optional(), accountId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.accessKeyId }),

  async run(context, { accessKeyId, userId }) {
    const { tx, tenant } = context;
    await requireRightsOverOwner(context, accessKeyId);
    const [gone] = await endKeys(tx, inReach(tenant, accessKeyId, userId));
    if (!gone) throw notFound("access key");
    return {};
  },
});
