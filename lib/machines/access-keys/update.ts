import { sql } from "drizzle-orm";
import { z } from "zod";
import { accessKeys } from "#db/schema/machines.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { inReach, requireRightsOverOwner, toAccessKey, wireKey } from "./access-key.ts";
import { accessKeyId } from "./id.ts";
import { keyLabel } from "./label.ts";

/** Calls an access key something else. */
export const updateAccessKey = defineOperation({
  name: "access_keys.update",
  summary: "Change the label of an access key",
  route: "PATCH /access-keys/{accessKeyId}",
  allow: "update:access_key",
  stepUp: "never",
  whileImpersonating: "allowed",
  input: z.strictObject({ accessKeyId, accountId, label: keyLabel }),
  output: wireKey,
  audit: ({ input, output }) => ({ target: output.id, details: { userId: output.userId, label: input.label } }),

  async run(context, { accessKeyId, label }) {
    const { actor, tx, tenant } = context;
    await requireRightsOverOwner(context, accessKeyId);
    const [key] = await tx
      .update(accessKeys)
      .set({ label, modifiedAt: sql`now()`, modifiedBy: actor.id })
      .where(inReach(tenant, accessKeyId))
      .returning();
    if (!key) throw notFound("access key");
    return toAccessKey(key);
  },
});
