import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { tokens } from "#db/schema/tokens.ts";
import type { Actor } from "#lib/core/actor.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { instant, secretOnce, uuid } from "#lib/core/fields.ts";
import { instantInput } from "#lib/core/instants.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { effective } from "#lib/core/permissions.ts";
import { boundsIn, boundsInput, boundsOf } from "./addresses.ts";
import { endTokens } from "./end.ts";
import { whyNotLive } from "./ended.ts";
import { assertKnownScopes, assertStartBeforeEnd, description, tokenName, tokenScopes } from "./fields.ts";
import { isLive, present, readToken, wireToken } from "./list.ts";
import { insertToken, requireTokenPolicy } from "./make.ts";
import { mustBeNarrower, requireNarrower } from "./narrower.ts";
import { storeSealed } from "./retrievable-secret.ts";
import { readUsage, tokenUsage } from "./usage/read.ts";

const defaultDays = 30;
const day = 86_400_000;

const id = uuid().meta({ description: "The token's id" });

/**
 * Makes a token. A token that makes tokens gives only fewer scopes than its own, never one that makes tokens, and no
 * later end than its own; or, by the account's policy `keysMayCreateKeys`, whatever its owner may give (I-24). Refuses
 * `privilege_escalation` what is more.
 */
export const createToken = defineOperation({
  name: "tokens.create",
  summary: "Make an API token; its secret is in this answer and nowhere else",
  route: "POST /me/tokens",
  allow: "create:token",
  about: "oneself",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "token_create", points: 100, seconds: 3600 },
  input: z
    .strictObject({
      name: tokenName,
      description: description.default(""),
      scopes: tokenScopes,
      startsAt: instantInput
        .nullable()
        .optional()
        .meta({ description: "When it begins to open anything; at once when left out" }),
      expiresAt: instantInput.nullable().optional().meta({
        description: "When it ends; 30 days from its start when left out. null for never, where the account allows it",
      }),
      ...boundsInput,
    })
    .meta({ examples: [{ name: "nightly export on build-7", scopes: ["profile:read"] }] }),
  output: wireToken.extend({ secret: secretOnce() }),
  audit: ({ input, output }) => ({
    target: output.id,
    details: {
      name: output.name,
      scopes: input.scopes,
      startsAt: output.startsAt,
      expiresAt: output.expiresAt,
      ...boundsIn(output),
    },
  }),
  notify: ({ actor, output }) => created(actor, output),

  async run({ actor, tx }, { name, description, scopes, startsAt, expiresAt, ...wanted }) {
    assertKnownScopes(actor, scopes);
    const start = startsAt ? new Date(startsAt) : null;
    const isNarrower = await mustBeNarrower(tx, actor);
    const end = endOf(isNarrower ? actor : null, start, expiresAt);
    assertStartBeforeEnd(start, end);
    const policy = await requireTokenPolicy(tx, actor, end);
    if (isNarrower) requireNarrower(actor, scopes, end);
    const bounds = await boundsOf(tx, actor, wanted, policy.addresses);
    const secret = mintSecret("pat");
    const createdByToken = actor.credential.kind === "token" ? actor.credential.id : null;
    const whose = { userId: actor.id, accountId: actor.accountId, createdByToken };
    const stored = { secretHash: hashSecret(secret), lastFour: secret.slice(-4) };
    const times = { startsAt: start, expiresAt: end };
    const made = await insertToken(tx, { ...whose, ...stored, ...times, ...bounds, name, description, scopes });
    const retrievable = made.retrievable && (await storeSealed(tx, made.token, secret));
    return { ...present(made), retrievable, secret };
  },
});

/** One of the own tokens, and what it was used for. */
export const getToken = defineOperation({
  name: "tokens.get",
  summary: "Read one of your API tokens",
  route: "GET /me/tokens/{id}",
  allow: "get:token",
  about: "oneself",
  whileImpersonating: "refused",
  input: z.strictObject({ id }),
  output: wireToken.extend({ usage: tokenUsage }),

  run: async ({ actor, tx }, { id }) => ({ ...(await readToken(tx, actor, id)), usage: await readUsage(tx, id) }),
});

/** Ends a token at once and for good. It stays in the list of ended ones for 90 days. */
export const revokeToken = defineOperation({
  name: "tokens.revoke",
  summary: "Revoke one of your API tokens, at once and for good",
  route: "DELETE /me/tokens/{id}",
  allow: "delete:token",
  about: "oneself",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  endsOwn: true,
  input: z.strictObject({ id }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),

  async run({ actor, tx }, { id }) {
    const mine = and(eq(tokens.id, id), eq(tokens.userId, actor.id), isLive);
    const [gone] = await endTokens(tx, mine, { reason: "revoked", by: actor.id });
    if (!gone) throw await whyNotLive(tx, id, eq(tokens.userId, actor.id));
    await queueNotice(tx, revoked(actor, gone.name));
    return {};
  },
});

/** Ends every live token of a person at once and for good; how many there were. */
export async function revokeAll(tx: Db, { id }: Pick<Actor, "id">): Promise<number> {
  const ended = await endTokens(tx, and(eq(tokens.userId, id), isLive), { reason: "revoked", by: id });
  return ended.length;
}

/** Who am I, until when, what may I: the answer for any live credential. Asks the database nothing more. */
export const verifyToken = defineOperation({
  name: "tokens.verify",
  summary: "Ask who a credential speaks for, until when, and what it may do",
  route: "GET /tokens/verify",
  allow: "verify:credential",
  about: "credential",
  input: z.strictObject({}),
  output: z.object({
    kind: z.enum(["token", "session", "api_user"]),
    id: z.uuid().meta({ description: "The id of the token or session" }),
    name: z.string().nullable().meta({ description: "A token's name" }),
    owner: z.object({ id: z.uuid(), username: z.string(), fullName: z.string(), email: z.string() }),
    account: z.object({ id: z.string(), name: z.string() }),
    scopes: z.array(z.string()).nullable().meta({ description: "null: a session is not limited by scopes" }),
    permissions: z
      .record(z.string(), z.enum(["allowed", "denied"]))
      .meta({ description: "Scopes cut with the owner's present rights; denied beats allowed" }),
    expiresAt: instant.nullable(),
  }),

  async run({ actor }) {
    const { credential } = actor;
    return {
      kind: credential.kind,
      id: credential.id,
      name: credential.kind === "token" ? credential.name : null,
      owner: { id: actor.id, username: actor.username, fullName: actor.fullName, email: actor.email },
      account: { id: actor.accountId, name: actor.accountName },
      scopes: credential.kind === "token" ? credential.scopes : null,
      permissions: effective(actor.grants, actor.limits),
      expiresAt: credential.expiresAt?.toISOString() ?? null,
    };
  },
});

type CreatedToken = { name: string; preview: string; scopes: string[]; expiresAt: string | null };

const created = ({ id, fullName, credential }: Actor, { name, preview, scopes, expiresAt }: CreatedToken): Notice => ({
  userId: id,
  event: "token_created",
  subject: `The API token ${name} was created`,
  paragraphs: [
    `Hello ${fullName},`,
    `the API token ${name} (${preview}) was created${credential.kind === "token" ? ` by your token ${credential.name}` : ""}.`,
    `Its scopes: ${scopes.join(", ")}. ${expiresAt ? `It ends on ${expiresAt.slice(0, 10)}.` : "It never ends."}`,
    "If this was not you, revoke it and change your password at once.",
  ],
  button: { words: "Look at your tokens", path: "/tokens" },
});

const revoked = ({ id, fullName }: Actor, name: string): Notice => ({
  userId: id,
  event: "token_revoked",
  subject: `The API token ${name} was revoked`,
  paragraphs: [`Hello ${fullName},`, `the API token ${name} was revoked: whatever still uses it is refused.`],
  button: { words: "Look at your tokens", path: "/tokens?state=inactive" },
});

/** The end that was asked for; without a wish 30 days from its start, or with the token that makes this one. */
function endOf(maker: Actor | null, start: Date | null, expiresAt: string | null | undefined): Date | null {
  if (expiresAt !== undefined) return expiresAt === null ? null : new Date(expiresAt);
  const usual = Math.max(Date.now(), start?.getTime() ?? 0) + defaultDays * day;
  const ownEnd = maker?.credential.kind === "token" ? maker.credential.expiresAt?.getTime() : undefined;
  return new Date(Math.min(usual, ownEnd ?? usual));
}

/** Forgets tokens that ended more than 90 days ago. */
export const forgetEnded = (tx: Db) =>
  tx.delete(tokens).where(sql`coalesce(${tokens.endedAt}, ${tokens.expiresAt}) < now() - interval '90 days'`);
