import { z } from "zod";
import { integrations } from "#db/schema/vault.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { withdrawOfIntegration } from "../provisioning/queue.ts";
import * as fields from "./fields.ts";
import { isIntegrationHere, readIntegration } from "./integration.ts";
import { integrationBefore, toIntegrationDetails } from "./rules.ts";

/** Removes an integration, and with it everything that people keep for it; what was made by it is withdrawn there. */
export const deleteIntegration = defineOperation({
  name: "integrations.delete",
  summary: "Remove an integration, with everything that people keep for it",
  route: "DELETE /integrations/{integrationId}",
  allow: "delete:integration",
  stepUp: "always",
  input: z.strictObject({ accountId, integrationId: fields.integrationId }),
  output: z.object({ before: integrationBefore.extend({ credentials: z.int(), people: z.int() }) }),
  audit: ({ input, output }) => ({ target: input.integrationId, details: { before: output.before } }),

  async run(context, { integrationId }) {
    const system = await readIntegration(context, integrationId);
    await withdrawOfIntegration(context.tx, integrationId);
    await context.tx.delete(integrations).where(isIntegrationHere(context, integrationId));
    return {
      before: { ...toIntegrationDetails(system), credentials: system.usage.count, people: system.usage.people },
    };
  },
});
