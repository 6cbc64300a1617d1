import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { integrations, serviceCredentials, systemKinds } from "#db/schema/vault.ts";
import type { Actor } from "#lib/core/actor.ts";
import { programOf } from "#lib/core/agents.ts";
import { notFound } from "#lib/core/errors.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { credentialKinds } from "./systems.ts";

/** How a service credential stands, most urgent first. */
export const standings = ["failed", "withdrawing", "pending", "expired", "expires_soon", "ready"] as const;

/** What a try of a service credential can come to. */
export const findings = [
  "right",
  "wrong_password",
  "unreachable",
  "bad_certificate",
  "host_changed",
  "timed_out",
  "other",
] as const;

export const system = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: z.enum(systemKinds),
  baseUrl: z.string(),
  icon: z.string(),
  mode: z.enum(["manual", "automatic"]),
});

const use = z.object({
  reader: z.string().meta({ description: "The id of the token that read it; `session` for its owner in the portal" }),
  name: z.string(),
  program: z.string().nullable().meta({ description: "What it says it is", example: "curl" }),
  lastAt: instant,
  count: z.int(),
});

/** A service credential as it may be seen again: never its secret. */
export const wireCredential = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: z.enum(credentialKinds),
  username: z.string(),
  publicKey: z.string().nullable().meta({ description: "Of an SSH key: what the other system is told" }),
  integration: system,
  status: z.enum(standings),
  trouble: z.string().nullable().meta({ description: "Why it could not be made or withdrawn yet" }),
  expiresAt: instant.nullable(),
  remindDays: z.int().nullable().meta({ description: "How many days before its end you are reminded" }),
  rotatedAt: instant.nullable().meta({ description: "When it was replaced last" }),
  testedAt: instant.nullable(),
  testResult: z.enum(findings).nullable(),
  usedBy: z.array(use).meta({ description: "Who read it, the latest first, five at most" }),
  createdAt: instant,
  modifiedAt: instant,
  version: z.int().meta({ description: "Grows with every change; send it as If-Match to be told of others' changes" }),
});

export type ServiceCredential = z.output<typeof wireCredential>;

export type ServiceCredentialStatus = (typeof standings)[number];

const status = sql<ServiceCredentialStatus>`case
  when service_credentials.state <> 'ready' then service_credentials.state
  when service_credentials.expires_at <= now() then 'expired'
  when service_credentials.expires_at <= now() + interval '14 days' then 'expires_soon'
  else 'ready' end`;

type Read = { reader: string; name: string; agent: string; lastAt: string; count: number };

const reads = sql<Read[]>`coalesce((
  select json_agg(json_build_object('reader', r.reader, 'name', r.reader_name, 'agent', r.agent, 'count', r.count,
    'lastAt', to_char(r.last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by r.last_at desc)
  from (select * from credential_reads where credential_id = service_credentials.id order by last_at desc limit 5) r
), '[]'::json)`;

export const credentialColumns = { credential: serviceCredentials, integration: integrations, status, reads };

type CredentialRow = {
  credential: typeof serviceCredentials.$inferSelect;
  integration: typeof integrations.$inferSelect;
  status: ServiceCredentialStatus;
  reads: Read[];
};

export function toServiceCredential({
  credential,
  integration,
  status,
  reads,
}: CredentialRow): z.input<typeof wireCredential> {
  return {
    ...credential,
    integration,
    status,
    expiresAt: wire(credential.expiresAt),
    rotatedAt: wire(credential.rotatedAt),
    testedAt: wire(credential.testedAt),
    testResult: z.enum(findings).nullable().catch("other").parse(credential.testResult),
    usedBy: reads.map(({ agent, ...read }) => ({ ...read, program: programOf(agent) })),
    createdAt: wire(credential.createdAt),
    modifiedAt: wire(credential.modifiedAt),
  };
}

/** Is it this person's? */
export const isOwnCredential = (actor: Pick<Actor, "id">, id: string) =>
  and(eq(serviceCredentials.id, id), eq(serviceCredentials.userId, actor.id));

/** One of the own service credentials with its system, as the database has them. Refuses `not_found`. */
export async function readRow(db: Db, actor: Pick<Actor, "id">, id: string): Promise<CredentialRow> {
  const [row] = await db
    .select(credentialColumns)
    .from(serviceCredentials)
    .innerJoin(integrations, eq(integrations.id, serviceCredentials.integrationId))
    .where(isOwnCredential(actor, id));
  if (!row) throw notFound("service credential");
  return row;
}

/** One of the own service credentials, as it stands on the wire. Refuses `not_found`. */
export const readCredential = async (db: Db, actor: Pick<Actor, "id">, id: string): Promise<ServiceCredential> =>
  wireCredential.parse(toServiceCredential(await readRow(db, actor, id)));
