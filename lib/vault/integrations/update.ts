import { sql } from "drizzle-orm";
import { z } from "zod";
import { integrations } from "#db/schema/vault.ts";
import { lockAgreement } from "#lib/access/agreement.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { badField, conflict } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { mintWebhookSecret } from "#lib/notifications/webhook/secrets.ts";
import { isPaused } from "../provisioning/paused.ts";
import { accessChanged } from "../provisioning/queue.ts";
import { migrateCredentials, retry } from "../provisioning/retry.ts";
import { openAdapterSecret, sealAdapterSecret, sealFormerSecret } from "../provisioning/sealed.ts";
import { isSameTarget } from "../provisioning/target.ts";
import * as fields from "./fields.ts";
import { type Integration, isIntegrationHere, readIntegration, wireIntegration } from "./integration.ts";
import {
  assertAccessGroupExists,
  assertConsistent,
  integrationBefore,
  integrationNameTaken,
  toIntegrationDetails,
} from "./rules.ts";

/**
 * Changes an integration; its kind and mode stay. Its address cannot lead to another host while people keep secrets for
 * it, or what is kept would be sent to whoever changed it. Where its adapter moves to another system, what was made is
 * withdrawn at the one before and made anew.
 */
export const updateIntegration = defineOperation({
  name: "integrations.update",
  summary: "Change an integration",
  route: "PATCH /integrations/{integrationId}",
  allow: "update:integration",
  stepUp: "always",
  input: z
    .strictObject({
      accountId,
      integrationId: fields.integrationId,
      name: fields.systemName.optional(),
      baseUrl: fields.baseUrl.optional(),
      icon: fields.icon.optional(),
      headerName: fields.headerName.optional(),
      adapterUrl: fields.adapterUrl.optional(),
      adapterSecret: fields.adapterSecret.optional(),
      newSigningSecret: z.boolean().optional().meta({
        description: "Make a new signing secret for the hook; calls are signed with both until the former is ended",
      }),
      endFormerSecret: z.boolean().optional().meta({ description: "Sign with the newest signing secret alone" }),
      acceptHostKey: z
        .string()
        .max(100)
        .optional()
        .meta({ description: "The host key that the SSH server has shown instead of the one it was known by" }),
      tryAgain: z.boolean().optional().meta({ description: "Try at once what could not be made or withdrawn yet" }),
      groupId: fields.accessGroupId.optional(),
      rotateDays: fields.rotateDays.optional(),
      readableByPrograms: fields.readableByPrograms.optional(),
      version,
    })
    .meta({ examples: [{ readableByPrograms: true }] }),
  output: wireIntegration.extend({ signingSecret: fields.signing, before: integrationBefore }),
  audit: ({ output }) => ({
    target: output.id,
    details: { before: output.before, after: toIntegrationDetails(output) },
  }),

  async run(context, { integrationId, accountId: _, version, ...input }) {
    const { adapterSecret, newSigningSecret, endFormerSecret, acceptHostKey, tryAgain, ...changes } = input;
    const { actor, tenant, tx } = context;
    if (newSigningSecret || adapterSecret || changes.adapterUrl) await lockAgreement(tx, tenant, actor.accountId);
    const row = await hold(context, integrationId);
    const system = await readIntegration(context, integrationId);
    assertVersion(version, system.version, "This integration");
    const wanted = { ...system, ...changes };
    assertConsistent(wanted);
    const moves = isMoved(system, wanted.adapterUrl);
    if (moves) requireSecretForNewAdapter(system, adapterSecret);
    else assertSameHost(system, wanted.baseUrl);
    if (changes.groupId && changes.groupId !== system.group?.id)
      await assertAccessGroupExists(context, changes.groupId);
    if (moves) await migrateCredentials(tx, integrationId);
    const secrets = await secretsFor(context, row, { adapterSecret, newSigningSecret, endFormerSecret });
    const grown = { version: sql`${integrations.version} + 1`, modifiedAt: sql`now()`, modifiedBy: actor.id };
    await tx
      .update(integrations)
      .set({
        ...changes,
        ...addressFrom(context, row, wanted.adapterUrl),
        ...secrets.sealed,
        ...hostKeyFor(system, wanted.baseUrl, acceptHostKey),
        ...grown,
      })
      .where(isIntegrationHere(context, integrationId))
      .catch(integrationNameTaken);
    if (tryAgain || (row && isPaused(row) && secrets.signingSecret)) await retry(tx, integrationId);
    await accessChanged(tx, { accountId: tenant.accountId, integrationId });
    const { signingSecret } = secrets;
    return { ...(await readIntegration(context, integrationId)), signingSecret, before: toIntegrationDetails(system) };
  },
});

type IntegrationRow = typeof integrations.$inferSelect;

async function hold(context: Grantor, id: string): Promise<IntegrationRow | undefined> {
  const [row] = await context.tx.select().from(integrations).where(isIntegrationHere(context, id)).for("update");
  return row;
}

type SecretChanges = { adapterSecret?: string; newSigningSecret?: boolean; endFormerSecret?: boolean };

/** What an adapter proves itself with from now on; a hook with what it was before, too, until that is ended. */
async function secretsFor({ actor, tx, tenant }: Grantor, row: IntegrationRow | undefined, asked: SecretChanges) {
  const { adapterSecret, newSigningSecret, endFormerSecret } = asked;
  if (!row?.adapter) return { signingSecret: null };
  const { id, sealedAdapterSecret: current } = row;
  const signingSecret = newSigningSecret && row.adapter === "hook" ? mintWebhookSecret() : null;
  const secret = signingSecret ?? (row.adapter === "hook" ? undefined : adapterSecret);
  if (signingSecret && isPaused(row)) requireOwnCredentials(actor, tenant);
  const sealed: Partial<IntegrationRow> = {};
  if (endFormerSecret) sealed.sealedFormerSecret = null;
  else if (signingSecret && current && !isPaused(row))
    sealed.sealedFormerSecret = await sealFormerSecret(
      tx,
      tenant,
      id,
      await openAdapterSecret(tx, tenant, id, current),
    );
  if (secret) sealed.sealedAdapterSecret = await sealAdapterSecret(tx, tenant, id, secret);
  // As long as somebody outside knows one of the two, it is theirs to lose.
  if (secret && !(sealed.sealedFormerSecret && isForeign(row, tenant))) sealed.adapterSecretFrom = actor.accountId;
  return { signingSecret, sealed };
}

const isForeign = ({ adapterSecretFrom: from }: IntegrationRow, { accountId }: Tenant) =>
  from !== null && from !== accountId;

/** A hook's address that somebody outside sets is theirs to lose, like a secret that they know. */
function addressFrom(
  { actor, tenant }: Grantor,
  row: IntegrationRow | undefined,
  wanted: string | null,
): Partial<IntegrationRow> {
  const isTheirs = actor.accountId !== tenant.accountId && row?.adapter === "hook" && row.adapterUrl !== wanted;
  return isTheirs && !isForeign(row, tenant) ? { adapterSecretFrom: actor.accountId } : {};
}

function requireOwnCredentials(actor: Grantor["actor"], { accountId }: Tenant) {
  if (actor.accountId === accountId) return;
  throw conflict("Its hook is paused until an administrator of the account itself has looked at its address.");
}

const hostOf = (url: string) => new URL(url).host;

function assertSameHost({ baseUrl, usage, name }: Integration, wanted: string) {
  if (hostOf(baseUrl) === hostOf(wanted) || !usage.count) return;
  const message = `${usage.people} people keep secrets for ${name}, which would be sent to another host. Add another integration instead.`;
  throw conflict(message, [{ pointer: "/baseUrl", code: "in_use", message }]);
}

const isMoved = ({ adapter, adapterUrl }: Integration, wanted: string | null): boolean =>
  adapterUrl !== null && wanted !== null && !isSameTarget(adapter, adapterUrl, wanted);

function requireSecretForNewAdapter({ adapter }: Integration, secret?: string) {
  if (adapter === "hook" || secret) return;
  throw badField("adapterSecret", "missing", "Another system needs its own: the one that is kept is not sent there.");
}

/** The key that an SSH server is known by: none at another host, and another only as an administrator has seen it. */
function hostKeyFor({ baseUrl, offeredHostKey }: Integration, wanted: string, accepted?: string) {
  if (hostOf(baseUrl) !== hostOf(wanted)) return { hostKey: null, offeredHostKey: null };
  if (accepted === undefined) return {};
  if (accepted !== offeredHostKey)
    throw conflict("It has shown another host key in the meantime, or none. Look again.");
  return { hostKey: accepted, offeredHostKey: null };
}
