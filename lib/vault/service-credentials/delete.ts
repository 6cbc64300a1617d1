import { z } from "zod";
import { serviceCredentials } from "#db/schema/vault.ts";
import { notFound } from "#lib/core/errors.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertManual, credentialId } from "./fields.ts";
import { isOwnCredential, readRow } from "./service-credential.ts";

/** Forgets one of the own service credentials for good. The other system is not told. */
export const deleteCredential = defineOperation({
  name: "credentials.delete",
  summary: "Forget one of your service credentials for good",
  route: "DELETE /me/credentials/{id}",
  allow: "delete:service_credential",
  about: "oneself",
  stepUp: "always",
  input: z.strictObject({ id: credentialId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),

  async run({ actor, tx }, { id }) {
    const { integration } = await readRow(tx, actor, id);
    assertManual(integration);
    const [gone] = await tx
      .delete(serviceCredentials)
      .where(isOwnCredential(actor, id))
      .returning({ id: serviceCredentials.id });
    if (!gone) throw notFound("service credential");
    return {};
  },
});
