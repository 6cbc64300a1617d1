import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { integrations, serviceCredentials } from "#db/schema/vault.ts";
import type { Actor } from "#lib/core/actor.ts";
import { badField, notFound } from "#lib/core/errors.ts";
import { uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertQuota } from "#lib/core/quota.ts";
import {
  assertManual,
  credentialName,
  credentialNameTaken,
  credentialUsername,
  date,
  expiresAt,
  materialOf,
  remindDays,
  secret,
  toCredentialDetails,
} from "./fields.ts";
import { sealCredential } from "./sealed.ts";
import { readCredential, wireCredential } from "./service-credential.ts";
import { type CredentialKind, credentialKinds, needsName, systemFacts } from "./systems.ts";

const maxPerUser = 200;

const quotaReached = `You keep ${maxPerUser} service credentials, the most there may be.`;

/** Keeps a secret for another system. An SSH key that is not brought is made here (ed25519). */
export const createCredential = defineOperation({
  name: "credentials.create",
  summary: "Keep a secret for another system",
  route: "POST /me/credentials",
  allow: "create:service_credential",
  about: "oneself",
  stepUp: "always",
  idempotencyKey: true,
  limit: { name: "credential_create", points: 200, seconds: 3600 },
  input: z
    .strictObject({
      integrationId: uuid().meta({ description: "The system it is for" }),
      name: credentialName,
      kind: z.enum(credentialKinds).meta({ description: "What it is; the system says what it takes" }),
      username: credentialUsername.default(""),
      secret: secret.optional(),
      expiresAt: expiresAt.default(null),
      remindDays: remindDays.default(null),
    })
    .meta({
      examples: [{ integrationId: "0190a6f0-0000-7000-8000-000000000001", name: "build server", kind: "token" }],
    }),
  output: wireCredential,
  audit: ({ output }) => ({ target: output.id, details: toCredentialDetails(output) }),

  async run({ actor, tx }, { secret, ...input }) {
    await assertKindAccepted(tx, actor, input);
    await assertQuota(tx, serviceCredentials, eq(serviceCredentials.userId, actor.id), maxPerUser, quotaReached);
    const made = await materialOf(input.kind, secret, `${actor.username}@${input.name}`);
    if (!made) throw badField("secret", "missing", "Fill this in.");
    const id = randomUUID();
    const sealedSecret = await sealCredential(tx, actor, id, made.secret);
    const row = { ...input, id, sealedSecret, publicKey: made.publicKey, expiresAt: date(input.expiresAt) };
    await tx
      .insert(serviceCredentials)
      .values({ ...row, ...forRow(actor) })
      .catch(credentialNameTaken);
    return readCredential(tx, actor, id);
  },
});

type CredentialInput = { integrationId: string; kind: CredentialKind; username: string };

/** Refuses a system that is not there, and a kind of secret that it does not take. */
async function assertKindAccepted(tx: Db, { accountId }: Actor, { integrationId, kind, username }: CredentialInput) {
  const here = and(eq(integrations.id, integrationId), eq(integrations.accountId, accountId));
  const [system] = await tx.select().from(integrations).where(here);
  if (!system) throw notFound("integration");
  assertManual(system);
  const isTaken = systemFacts[system.kind].takes.includes(kind);
  if (!isTaken) throw badField("kind", "not_taken", `${system.name} takes no such thing.`);
  if (needsName(system.kind) && !username) throw badField("username", "missing", "Say by which name it knows you.");
}

const forRow = ({ id, accountId }: Actor) => ({ userId: id, accountId, createdBy: id, modifiedBy: id });
