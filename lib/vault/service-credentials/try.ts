import { and, eq, isNotNull, isNull, or, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { integrations, serviceCredentials } from "#db/schema/vault.ts";
import type { Actor } from "#lib/core/actor.ts";
import { withSlot } from "#lib/core/concurrency.ts";
import { conflict } from "#lib/core/errors.ts";
import { uuid } from "#lib/core/fields.ts";
import { publicOrAllowlisted } from "#lib/core/net/egress-policy.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Finding } from "./probe/finding.ts";
import { probe } from "./probe/probe.ts";
import { openCredential } from "./sealed.ts";
import { findings, isOwnCredential, readRow } from "./service-credential.ts";

/**
 * Tries one of the own service credentials at its system; nothing is changed there. Few at a time: see
 * {@link withSlot}.
 */
export const testCredential = defineOperation({
  name: "credentials.test",
  summary: "Try one of your service credentials at its system",
  route: "POST /me/credentials/{id}/test",
  allow: "test:service_credential",
  about: "oneself",
  stepUp: "never",
  whileImpersonating: "allowed",
  idempotencyKey: true,
  limit: { name: "credential_test", points: 30, seconds: 600 },
  input: z.strictObject({ id: uuid().meta({ description: "The credential's id" }) }),
  output: z.object({
    result: z.enum(findings).meta({ description: "What came of it" }),
    words: z.string().meta({ example: "It refused the name, or the secret." }),
  }),
  audit: ({ input, output }) => ({ target: input.id, details: { result: output.result } }),

  async run({ actor, tx }, { id }) {
    const { integrationId, ...tried } = await readTried(actor, id);
    const finding = await withSlot(actor, () => probe(tried, publicOrAllowlisted));
    await noteFinding(tx, actor, { id, integrationId, baseUrl: tried.baseUrl }, finding);
    return finding;
  },
});

// Read outside the transaction, which would otherwise be held open for as long as the system takes.
async function readTried(actor: Actor, id: string) {
  const { credential, integration } = await readRow(primary(), actor, id);
  if (!credential.sealedSecret) throw conflict("There is no secret yet: the system has still to make it.");
  const secret = await openCredential(primary(), actor, id, credential.sealedSecret);
  const { id: integrationId, kind, baseUrl, headerName, hostKey } = integration;
  return { integrationId, hostKey, kind, baseUrl, headerName, username: credential.username, secret };
}

type At = { id: string; integrationId: string; baseUrl: string };

/** Keeps what a try of the own credential `id` came to. */
export async function noteFinding(tx: Db, actor: Pick<Actor, "id" | "accountId">, at: At, finding: Finding) {
  // The integration before what is kept for it, as whoever changes or removes it: in another order each might wait for
  // the other.
  await noteHostKey(tx, actor, at, finding);
  await tx
    .update(serviceCredentials)
    .set({ testedAt: sql`now()`, testResult: finding.result })
    .where(isOwnCredential(actor, at.id));
}

/**
 * An SSH server is known from its first success on; another key that it shows since is kept for an administrator to
 * judge, until the known one is right again: what was in between was somebody in its place.
 */
async function noteHostKey(tx: Db, { accountId }: Pick<Actor, "accountId">, at: At, { result, hostKey }: Finding) {
  if (!hostKey || (result !== "right" && result !== "host_changed")) return;
  const own = and(eq(integrations.id, at.integrationId), eq(integrations.accountId, accountId));
  const here = and(own, eq(integrations.baseUrl, at.baseUrl));
  if (result === "host_changed") await tx.update(integrations).set({ offeredHostKey: hostKey }).where(here);
  else
    await tx
      .update(integrations)
      .set({ hostKey, offeredHostKey: null })
      .where(and(here, or(isNull(integrations.hostKey), isOutdone(hostKey))));
}

const isOutdone = (hostKey: string) => and(eq(integrations.hostKey, hostKey), isNotNull(integrations.offeredHostKey));
