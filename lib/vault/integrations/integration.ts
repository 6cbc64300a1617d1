import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { integrations, systemKinds } from "#db/schema/vault.ts";
import { notFound } from "#lib/core/errors.ts";
import { instant, wire } from "#lib/core/fields.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { isPaused } from "../provisioning/paused.ts";
import type { SystemKind } from "../service-credentials/systems.ts";
import { icons } from "./icons.ts";
import type { troubles } from "./troubles.ts";

/** Ways in which an automatic integration makes secrets. */
export const adapters = ["hook", "gitea", "gitlab"] as const;

const openedByTokens: SystemKind[] = ["git-https", "registry", "http-basic", "http-bearer"];

/** Does what it makes open that kind of system? Gitea and GitLab make access tokens; a hook makes whatever it likes. */
export const makesFor = (adapter: (typeof adapters)[number], kind: SystemKind): boolean =>
  adapter === "hook" || openedByTokens.includes(kind);

/** An integration as it stands on the wire: never the secret of its adapter. */
export const wireIntegration = z.object({
  id: z.uuid(),
  accountId: z.string(),
  name: z.string(),
  kind: z.enum(systemKinds),
  baseUrl: z.string(),
  icon: z.enum(icons),
  headerName: z.string().nullable().meta({ description: "The header in which its secret is sent" }),
  mode: z.enum(["manual", "automatic"]),
  adapter: z.enum(adapters).nullable(),
  adapterUrl: z.string().nullable(),
  group: z
    .object({ id: z.uuid(), name: z.string().nullable().meta({ description: "null: that group is gone" }) })
    .nullable()
    .meta({ description: "Whose members get a secret of their own; null for everybody" }),
  rotateDays: z.int().nullable(),
  isSignedTwice: z.boolean().meta({ description: "Are calls to its hook signed with the former secret, too?" }),
  isPaused: z.boolean().meta({
    description:
      "Is its hook told of nobody new, because who set it up may do nothing here any more? A new signing secret ends that",
  }),
  hostKey: z.string().nullable().meta({ description: "The host key that its SSH server is known by" }),
  offeredHostKey: z.string().nullable().meta({ description: "Another host key that its SSH server has shown since" }),
  readableByPrograms: z.boolean(),
  usage: z
    .object({
      count: z.int(),
      people: z.int(),
      troubled: z.int().meta({ description: "Of how many something did not work yet" }),
    })
    .meta({ description: "What people keep for it" }),
  createdAt: instant,
  createdBy: z.uuid().nullable(),
  modifiedAt: instant,
  modifiedBy: z.uuid().nullable(),
  version: z.int().meta({ description: "Grows with every change; send it as If-Match to be told of others' changes" }),
});

export type Integration = z.output<typeof wireIntegration>;

export type ProvisioningFailure = z.output<typeof troubles>[number];

export const group = sql<Integration["group"]>`case when integrations.group_id is not null then json_build_object(
  'id', integrations.group_id, 'name', (select g.name from groups g
    where g.id = integrations.group_id and g.account_id = integrations.account_id)) end`;

export const usage = sql<Integration["usage"]>`(
  select json_build_object('count', count(*), 'people', count(distinct c.user_id), 'troubled', count(c.trouble))
  from service_credentials c where c.integration_id = integrations.id)`;

type IntegrationRow = {
  integration: typeof integrations.$inferSelect;
  group: Integration["group"];
  usage: Integration["usage"];
};

export function toIntegration({ integration, group, usage }: IntegrationRow): z.input<typeof wireIntegration> {
  return {
    ...integration,
    icon: z.enum(icons).catch("").parse(integration.icon),
    group,
    usage,
    isPaused: isPaused(integration),
    isSignedTwice: integration.sealedFormerSecret !== null,
    createdAt: wire(integration.createdAt),
    modifiedAt: wire(integration.modifiedAt),
  };
}

type Where = { tx: Db; tenant: Tenant };

/** Is it this integration, of the tenant? */
export const isIntegrationHere = ({ tenant }: Pick<Where, "tenant">, id: string) =>
  and(eq(integrations.id, id), eq(integrations.accountId, tenant.accountId));

/** An integration of the tenant. Refuses `not_found`. */
export async function readIntegration(where: Where, id: string): Promise<Integration> {
  const [row] = await where.tx
    .select({ integration: integrations, group, usage })
    .from(integrations)
    .where(isIntegrationHere(where, id));
  if (!row) throw notFound("integration");
  return wireIntegration.parse(toIntegration(row));
}
