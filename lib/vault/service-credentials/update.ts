import { sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { serviceCredentials } from "#db/schema/vault.ts";
import type { Actor } from "#lib/core/actor.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { hasValues, unchanged } from "#lib/core/unchanged.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import {
  assertManual,
  credentialId,
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
import { isOwnCredential, readCredential, readRow, wireCredential } from "./service-credential.ts";

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
      id: credentialId,
      name: credentialName.optional(),
      username: credentialUsername.optional(),
      secret: secret.optional(),
      expiresAt: expiresAt.optional(),
      remindDays: remindDays.optional(),
      version,
    })
    .meta({ examples: [{ secret: "correct horse battery staple" }] }),
  output: wireCredential,
  audit: ({ input, output }) => ({
    target: input.id,
    details: { ...toCredentialDetails(output), fields: Object.keys(input).filter((field) => field !== "id") },
  }),

  async run({ actor, tx }, { id, version, secret, expiresAt, ...changes }) {
    await tx
      .select({ id: serviceCredentials.id })
      .from(serviceCredentials)
      .where(isOwnCredential(actor, id))
      .for("update");
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

type Changes = PgUpdateSetSource<typeof serviceCredentials>;

async function write(tx: Db, actor: Actor, id: string, changes: Changes) {
  const grown = { version: sql`${serviceCredentials.version} + 1`, modifiedAt: sql`now()`, modifiedBy: actor.id };
  await tx
    .update(serviceCredentials)
    .set({ ...changes, ...grown })
    .where(isOwnCredential(actor, id))
    .catch(credentialNameTaken);
}
