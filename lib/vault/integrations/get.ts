import { z } from "zod";
import { accountId, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { readIntegration, wireIntegration } from "./integration.ts";
import { readTroubles, troubles } from "./troubles.ts";

/** One integration, and what people keep for it. */
export const getIntegration = defineOperation({
  name: "integrations.get",
  summary: "Read an integration",
  route: "GET /integrations/{integrationId}",
  allow: "get:integration",
  input: z.strictObject({ accountId, integrationId: uuid().meta({ description: "The integration's id" }) }),
  output: wireIntegration.extend({ troubles }),

  async run(context, { integrationId }) {
    const integration = await readIntegration(context, integrationId);
    return {
      ...integration,
      troubles: integration.usage.troubled ? await readTroubles(context.tx, integrationId) : [],
    };
  },
});
