import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { credentialReads } from "#db/schema/vault.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { conflict, Refusal } from "#lib/core/errors.ts";
import { secretOnce, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { openCredential } from "./sealed.ts";
import { readRow } from "./service-credential.ts";

/**
 * Hands out the secret of one of the own service credentials, on record. A session has to be fresh; a token needs a
 * scope that names it one by one, and a system whose secrets programs may read (I-48).
 */
export const revealCredential = defineOperation({
  name: "credentials.reveal",
  summary: "Read the secret of one of your service credentials",
  route: "POST /me/credentials/{id}/reveal",
  allow: "reveal:service_credential",
  about: "oneself",
  stepUp: "always",
  idempotencyKey: true,
  limit: { name: "credential_reveal", points: 600, seconds: 3600 },
  input: z.strictObject({ id: uuid().meta({ description: "The credential's id" }) }),
  output: z.object({ name: z.string(), username: z.string(), secret: secretOnce(), publicKey: z.string().nullable() }),
  audit: ({ input, output, actor }) => ({
    target: input.id,
    details: { name: output.name, by: actor.credential.kind },
  }),

  async run({ actor, tx, caller }, { id }) {
    const { credential, integration } = await readRow(tx, actor, id);
    assertReadable(actor, integration);
    if (!credential.sealedSecret) throw conflict("There is no secret yet: the system has still to make it.");
    const secret = await openCredential(tx, actor, id, credential.sealedSecret);
    await noteRead(tx, actor, caller, id);
    return { ...credential, secret };
  },
});

function assertReadable(
  { credential }: Actor,
  { readableByPrograms, name }: { readableByPrograms: boolean; name: string },
) {
  if (credential.kind === "session" || readableByPrograms) return;
  throw new Refusal("session_required", `Programs may not read secrets for ${name}: an administrator has to allow it.`);
}

const longestAgent = 300;

async function noteRead(tx: Db, { accountId, credential }: Actor, { agent }: Caller, credentialId: string) {
  const reader = credential.kind === "token" ? credential.id : "session";
  const readerName = credential.kind === "token" ? credential.name : "You, in the portal";
  const read = { credentialId, accountId, reader, readerName, agent: agent.slice(0, longestAgent) };
  await tx
    .insert(credentialReads)
    .values(read)
    .onConflictDoUpdate({
      target: [credentialReads.credentialId, credentialReads.reader],
      set: {
        lastAt: sql`now()`,
        count: sql`${credentialReads.count} + 1`,
        readerName: sql`excluded.reader_name`,
        agent: sql`excluded.agent`,
      },
    });
}
