import { z } from "zod";
import { accessKeys } from "#db/schema/machines.ts";
import { notFound } from "#lib/core/errors.ts";
import { anyAccountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { inReach, keyUserId, toAccessKey, wireKey } from "./access-key.ts";
import { accessKeyId } from "./id.ts";

/** One access key; of this person, when one is named. */
export const getAccessKey = defineOperation({
  name: "access_keys.get",
  summary: "Read an access key",
  route: "GET /access-keys/{accessKeyId}",
  allow: "get:access_key",
  input: z.strictObject({ accessKeyId, userId: keyUserId.optional(), accountId: anyAccountId }),
  output: wireKey,

  async run({ tx, tenant }, { accessKeyId, userId }) {
    const [key] = await tx
      .select()
      .from(accessKeys)
      .where(inReach(tenant, accessKeyId, userId));
    if (!key) throw notFound("access key");
    return toAccessKey(key);
  },
});
