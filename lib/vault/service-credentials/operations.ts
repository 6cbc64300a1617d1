import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { integrations, serviceCredentials } from "#db/schema/vault.ts";
import type { Actor } from "#lib/core/actor.ts";
import { badField, conflict, notFound } from "#lib/core/errors.ts";
import { line, name, uuid } from "#lib/core/fields.ts";
import { instantInput } from "#lib/core/instants.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertQuota } from "#lib/core/quota.ts";
import { hasValues, unchanged } from "#lib/core/unchanged.ts";
import { takenBy } from "#lib/core/unique.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { own, readCredential, readRow, wireCredential } from "./list.ts";
import { sealCredential } from "./sealed.ts";
import { type KeyPair, makeKeyPair, readKeyPair } from "./ssh-keys.ts";
import { type CredentialKind, credentialKinds, needsName, systemFacts } from "./systems.ts";

const maxPerUser = 200;
const quotaReached = `You keep ${maxPerUser} service credentials, the most there may be.`;

const id = uuid().meta({ description: "The credential's id" });
const credentialName = name(100).meta({ description: "Yours alone; say what it opens", example: "build server" });
const username = line(200).meta({ description: "Your name in that system, where it knows you by one" });
const secret = z
  .string()
  .min(1, "Fill this in.")
  .max(16_384, "Use at most 16,384 characters.")
  .regex(/^[^\0]*$/, "Leave out the zero byte.")
  .meta({ format: "password", description: "The password, token or private key. Nobody sees it again unasked" });
const expiresAt = instantInput.nullable().meta({ description: "When it ends in the other system; null for never" });
const remindDays = z
  .number()
  .int()
  .min(1, "At least a day.")
  .max(90, "At most 90 days.")
  .nullable()
  .meta({ description: "How many days before its end you are reminded; null for not at all" });

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
      username: username.default(""),
      secret: secret.optional(),
      expiresAt: expiresAt.default(null),
      remindDays: remindDays.default(null),
    })
    .meta({
      examples: [{ integrationId: "0190a6f0-0000-7000-8000-000000000001", name: "build server", kind: "token" }],
    }),
  output: wireCredential,
  audit: ({ output }) => ({ target: output.id, details: toAuditDetails(output) }),

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
      .catch(nameTaken);
    return readCredential(tx, actor, id);
  },
});

/** Changes one of the own service credentials; what is left out stays. A new secret takes the place of the old one. */
export const updateCredential = defineOperation({
  name: "credentials.update",
  summary: "Change one of your service credentials, or replace its secret",
  route: "PATCH /me/credentials/{id}",
  allow: "update:service_credential",
  about: "oneself",
  stepUp: "always",
  input: z
    .strictObject({
      id,
      name: credentialName.optional(),
      username: username.optional(),
      secret: secret.optional(),
      expiresAt: expiresAt.optional(),
      remindDays: remindDays.optional(),
      version,
    })
    .meta({ examples: [{ secret: "correct horse battery staple" }] }),
  output: wireCredential,
  audit: ({ input, output }) => ({
    target: input.id,
    details: { ...toAuditDetails(output), fields: Object.keys(input).filter((field) => field !== "id") },
  }),

  async run({ actor, tx }, { id, version, secret, expiresAt, ...changes }) {
    await tx.select({ id: serviceCredentials.id }).from(serviceCredentials).where(own(actor, id)).for("update");
    const { credential, integration } = await readRow(tx, actor, id);
    assertVersion(version, credential.version, "This credential");
    assertManual(integration);
    const replaced = secret && (await materialOf(credential.kind, secret, `${actor.username}@${credential.name}`));
    const anew = replaced && {
      sealedSecret: await sealCredential(tx, actor, id, replaced.secret),
      publicKey: replaced.publicKey,
      rotatedAt: sql`now()`,
      testedAt: null,
      testResult: null,
    };
    const end = expiresAt === undefined ? credential.expiresAt : date(expiresAt);
    if (!replaced && hasValues(credential, { ...changes, expiresAt: end }))
      return unchanged(await readCredential(tx, actor, id));
    const reminding = remindsOtherwise(credential, { end, ...changes }) && { remindedAt: null };
    await write(tx, actor, id, { ...changes, expiresAt: end, ...reminding, ...anew });
    return readCredential(tx, actor, id);
  },
});

type Reminded = Pick<typeof serviceCredentials.$inferSelect, "expiresAt" | "remindDays">;

/** Does it end or remind at another time than before? Then who was reminded already is reminded again. */
const remindsOtherwise = (was: Reminded, { end, remindDays }: { end: Date | null; remindDays?: number | null }) =>
  was.expiresAt?.getTime() !== end?.getTime() || (remindDays !== undefined && remindDays !== was.remindDays);

/** Forgets one of the own service credentials for good. The other system is not told. */
export const deleteCredential = defineOperation({
  name: "credentials.delete",
  summary: "Forget one of your service credentials for good",
  route: "DELETE /me/credentials/{id}",
  allow: "delete:service_credential",
  about: "oneself",
  stepUp: "always",
  input: z.strictObject({ id }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),

  async run({ actor, tx }, { id }) {
    const { integration } = await readRow(tx, actor, id);
    assertManual(integration);
    const [gone] = await tx.delete(serviceCredentials).where(own(actor, id)).returning({ id: serviceCredentials.id });
    if (!gone) throw notFound("service credential");
    return {};
  },
});

function assertManual({ mode, name }: { mode: string; name: string }) {
  if (mode === "automatic") throw conflict(`${name} makes and withdraws this by itself: ask an administrator.`);
}

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

type Material = { secret: string; publicKey: string | null };

/** What is kept of a secret as it was brought; of an SSH key that was not, one that is made. */
async function materialOf(kind: CredentialKind, secret: string | undefined, comment: string): Promise<Material | null> {
  if (kind !== "ssh-key") return secret ? { secret, publicKey: null } : null;
  const { privateKey, publicKey }: KeyPair = await (secret ? readKeyPair(secret, comment) : makeKeyPair(comment));
  return { secret: privateKey, publicKey };
}

const forRow = ({ id, accountId }: Actor) => ({ userId: id, accountId, createdBy: id, modifiedBy: id });

const date = (end: string | null) => (end ? new Date(end) : null);

type Changes = PgUpdateSetSource<typeof serviceCredentials>;

async function write(tx: Db, actor: Actor, id: string, changes: Changes) {
  const grown = { version: sql`${serviceCredentials.version} + 1`, modifiedAt: sql`now()`, modifiedBy: actor.id };
  await tx
    .update(serviceCredentials)
    .set({ ...changes, ...grown })
    .where(own(actor, id))
    .catch(nameTaken);
}

const nameTaken = takenBy(
  "service_credentials_name_once",
  "You keep something under this name already. Choose another.",
);

const toAuditDetails = ({ name, kind, integration, expiresAt }: z.output<typeof wireCredential>) => ({
  name,
  kind,
  integration: integration.name,
  expiresAt,
});
