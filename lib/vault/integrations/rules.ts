import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { groups } from "#db/schema/access.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { badField, notFound } from "#lib/core/errors.ts";
import { takenBy } from "#lib/core/unique.ts";
import { mintWebhookSecret } from "#lib/notifications/webhook/secrets.ts";
import { isAddressOf, type SystemKind, systemFacts } from "../service-credentials/systems.ts";
import { type adapters, type Integration, makesFor } from "./integration.ts";

/** What an integration was before it was changed or removed. */
export const integrationBefore = z
  .object({ name: z.string(), baseUrl: z.string(), readableByPrograms: z.boolean() })
  .meta({ description: "What it was until now" });

/** What stands on record of an integration. */
export const toIntegrationDetails = ({
  name,
  kind,
  baseUrl,
  mode,
  adapterUrl,
  rotateDays,
  readableByPrograms,
  hostKey,
  isSignedTwice,
}: Integration) => ({
  name,
  kind,
  baseUrl,
  mode,
  adapterUrl,
  rotateDays,
  readableByPrograms,
  hostKey,
  isSignedTwice,
});

/** What somebody wants an integration to be. */
type IntegrationInput = {
  kind: SystemKind;
  baseUrl: string;
  headerName: string | null;
  mode: "manual" | "automatic";
  adapter: (typeof adapters)[number] | null;
  adapterUrl: string | null;
};

/** Refuses what does not go together. */
export function assertConsistent({ kind, baseUrl, headerName, mode, adapter, adapterUrl }: IntegrationInput) {
  const { label } = systemFacts[kind];
  if (!isAddressOf(kind, baseUrl)) throw badField("baseUrl", "no_address", troubleOf(kind, baseUrl));
  if (kind === "http-header" && !headerName) throw badField("headerName", "missing", "Say which header it wants.");
  if (mode === "manual") return;
  if (!adapter) throw badField("adapter", "missing", "Say how secrets are made.");
  if (!makesFor(adapter, kind))
    throw badField("adapter", "makes_no_such", `What it makes opens nothing of the kind ${label}.`);
  if (!adapterUrl) throw badField("adapterUrl", "missing", "Say where secrets are made.");
}

/** What does not fit: how it begins, a password in it, or its shape. */
function troubleOf(kind: SystemKind, baseUrl: string): string {
  const { label, protocols, example } = systemFacts[kind];
  const begins = protocols.some((protocol) => baseUrl.startsWith(`${protocol}//`));
  if (!begins) return `For ${label}, write an address that begins with ${protocols.join("// or ")}//, like ${example}.`;
  if (/^[a-z]+:\/\/[^/?#:]*:[^/?#]*@/.test(baseUrl))
    return `For ${label}, write an address like ${example}, without a password.`;
  return `For ${label}, write an address like ${example}.`;
}

/** What an adapter proves itself with: a hook's is made here, the others' is brought. */
export function secretFor({ mode, adapter }: IntegrationInput, brought: string | undefined): string | null {
  if (mode === "manual") return null;
  if (adapter === "hook") return mintWebhookSecret();
  if (!brought) throw badField("adapterSecret", "missing", "Say what it is to sign in with there.");
  if (adapter === "gitea" && !/^[^:]+:./.test(brought))
    throw badField("adapterSecret", "no_pair", "Write name:password of an administrator there.");
  return brought;
}

/** Refuses a group that is not of this account. */
export async function assertAccessGroupExists({ tx, tenant }: Grantor, groupId: string | null) {
  if (!groupId) return;
  const theirs = and(eq(groups.id, groupId), eq(groups.accountId, tenant.accountId));
  const [group] = await tx.select({ id: groups.id }).from(groups).where(theirs);
  if (!group) throw notFound("group");
}

/** Says of a name that it is taken. */
export const integrationNameTaken = takenBy(
  "integrations_name_once",
  "There is an integration of this name already. Choose another.",
);
