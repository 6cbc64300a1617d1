import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { integrations, systemKinds } from "#db/schema/vault.ts";
import { lockAgreement } from "#lib/access/agreement.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertQuota } from "#lib/core/quota.ts";
import { accessChanged } from "../provisioning/queue.ts";
import { sealAdapterSecret } from "../provisioning/sealed.ts";
import * as fields from "./fields.ts";
import { adapters, readIntegration, wireIntegration } from "./integration.ts";
import {
  assertAccessGroupExists,
  assertConsistent,
  integrationNameTaken,
  secretFor,
  toIntegrationDetails,
} from "./rules.ts";

const maxPerAccount = 500;

const quotaReached = `This account has ${maxPerAccount} integrations, the most it may have.`;

/** Adds a system outside. An automatic one makes a secret for each of its people as soon as it is added. */
export const createIntegration = defineOperation({
  name: "integrations.create",
  summary: "Add a system for which people keep secrets",
  route: "POST /integrations",
  allow: "create:integration",
  stepUp: "always",
  idempotencyKey: true,
  input: z
    .strictObject({
      accountId,
      name: fields.systemName,
      kind: z.enum(systemKinds).meta({ description: "What kind of system it is" }),
      baseUrl: fields.baseUrl,
      icon: fields.icon.default(""),
      headerName: fields.headerName.default(null),
      mode: z
        .enum(["manual", "automatic"])
        .default("manual")
        .meta({ description: "Do people bring their own, or is one made for each?" }),
      adapter: z.enum(adapters).nullable().default(null).meta({ description: "How an automatic one makes them" }),
      adapterUrl: fields.adapterUrl.default(null),
      adapterSecret: fields.adapterSecret.optional(),
      groupId: fields.accessGroupId.default(null),
      rotateDays: fields.rotateDays.default(null),
      readableByPrograms: fields.readableByPrograms.default(false),
    })
    .meta({ examples: [{ name: "Git server", kind: "git-https", baseUrl: "https://git.example.com/team/app.git" }] }),
  output: wireIntegration.extend({ signingSecret: fields.signing }),
  audit: ({ output }) => ({ target: output.id, details: { after: toIntegrationDetails(output) } }),

  async run(context, { adapterSecret, ...input }) {
    const { actor, tenant, tx } = context;
    assertConsistent(input);
    const secret = secretFor(input, adapterSecret);
    await assertAccessGroupExists(context, input.groupId);
    const here = eq(integrations.accountId, context.tenant.accountId);
    await assertQuota(context.tx, integrations, here, maxPerAccount, quotaReached);
    const [id, by] = [randomUUID(), { createdBy: actor.id, modifiedBy: actor.id }];
    const sealed = secret && (await keepSecret(context, id, secret));
    await tx
      .insert(integrations)
      .values({ ...input, ...by, ...sealed, id, accountId: tenant.accountId })
      .catch(integrationNameTaken);
    await accessChanged(tx, { accountId: tenant.accountId, integrationId: id });
    return { ...(await readIntegration(context, id)), signingSecret: input.adapter === "hook" ? secret : null };
  },
});

/**
 * An adapter's secret as its row keeps it, with the account of who has it: a hook's ends with the right to act here.
 */
async function keepSecret({ actor, tenant, tx }: Grantor, id: string, secret: string) {
  await lockAgreement(tx, tenant, actor.accountId);
  return {
    sealedAdapterSecret: await sealAdapterSecret(tx, tenant, id, secret),
    adapterSecretFrom: actor.accountId,
  };
}
