import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#lib/db/index.ts";
import { tokens } from "#lib/db/schema.ts";
import type { Actor } from "./core/actor.ts";
import { badField, notFound } from "./core/errors.ts";
import { instant, line, name, secretOnce, uuid } from "./core/fields.ts";
import { type Notice, queueNotice } from "./core/notice.ts";
import { defineOperation } from "./core/operation.ts";
import { effective } from "./core/permissions.ts";
import { hashSecret, mintSecret } from "./core/secrets.ts";
import { scopes as catalogue, isUseful, managesTokens } from "./scopes.ts";
import { isLive, present, tokenColumns, wireToken } from "./tokens/list.ts";
import { demandFitting, freeName, insertToken, nameTaken } from "./tokens/make.ts";

const defaultDays = 30;
const day = 86_400_000;

const id = uuid().meta({ description: "The token's id" });
const description = line(500).meta({ description: "What it is for" });
const tokenName = name(100).meta({
  description: "Yours alone; say what uses it",
  example: "nightly export on build-7",
});

/**
 * Makes a token. A token that makes tokens gives only fewer scopes than its own, never the one that makes
 * tokens, and no later end than its own (I-24).
 */
export const createToken = defineOperation({
  name: "tokens.create",
  summary: "Make an API token; its secret is in this answer and nowhere else",
  route: "POST /me/tokens",
  allow: "create:token",
  limit: { name: "token_create", points: 100, seconds: 3600 },
  fresh: true,
  input: z
    .strictObject({
      name: tokenName,
      description: description.default(""),
      scopes: z
        .array(z.string().max(64))
        .min(1, "Choose at least one scope: a token without any could do nothing.")
        .max(200)
        .transform((names) => [...new Set(names)])
        .meta({ description: "Names from GET /scopes" }),
      expiresAt: instant.nullable().optional().meta({
        description: "When it ends; 30 days from now when left out. null for never, where the account allows it",
      }),
    })
    .meta({ examples: [{ name: "nightly export on build-7", scopes: ["profile:read"] }] }),
  output: wireToken.extend({ secret: secretOnce() }),
  audit: ({ input, output }) => ({
    target: output.id,
    details: { name: output.name, scopes: input.scopes, expiresAt: output.expiresAt },
  }),
  notify: ({ actor, output }) => created(actor, output),

  async run({ actor, tx }, { name, description, scopes, expiresAt }) {
    demandKnown(actor, scopes);
    const end = endOf(actor, expiresAt);
    demandFewer(actor, scopes, end);
    await demandFitting(tx, actor, end);
    const secret = mintSecret("pat");
    const createdByToken = actor.credential.kind === "token" ? actor.credential.id : null;
    const whose = { userId: actor.id, accountId: actor.accountId, createdByToken };
    const stored = { secretHash: hashSecret(secret), lastFour: secret.slice(-4) };
    const made = await insertToken(tx, { ...whose, ...stored, name, description, scopes, expiresAt: end });
    return { ...present(made), secret };
  },
});

/** One of the own tokens. */
export const getToken = defineOperation({
  name: "tokens.get",
  summary: "Read one of your API tokens",
  route: "GET /me/tokens/{id}",
  allow: "get:token",
  input: z.strictObject({ id }),
  output: wireToken,

  run: ({ actor, tx }, { id }) => readToken(tx, actor, id),
});

/** Renames a live token or says better what it is for. Scopes and end stay as they are. */
export const updateToken = defineOperation({
  name: "tokens.update",
  summary: "Rename one of your API tokens, or describe it anew",
  route: "PATCH /me/tokens/{id}",
  allow: "update:token",
  input: z
    .strictObject({ id, name: tokenName.optional(), description: description.optional() })
    .meta({ examples: [{ description: "Copies the month's figures" }] }),
  output: wireToken,
  audit: ({ input }) => ({ target: input.id, details: { name: input.name, description: input.description } }),

  async run({ actor, tx }, { id, name, description }) {
    const mine = and(eq(tokens.id, id), eq(tokens.userId, actor.id), isLive);
    if (name !== undefined) await freeName(tx, actor.id, name);
    const changes = {
      name: sql`coalesce(${name ?? null}, ${tokens.name})`,
      description: sql`coalesce(${description ?? null}, ${tokens.description})`,
    };
    const [changed] = await tx.update(tokens).set(changes).where(mine).returning({ id: tokens.id }).catch(nameTaken);
    if (!changed) throw notFound("token");
    return readToken(tx, actor, id);
  },
});

/** Ends a token at once and for good. It stays in the list of ended ones for 90 days. */
export const revokeToken = defineOperation({
  name: "tokens.revoke",
  summary: "Revoke one of your API tokens, at once and for good",
  route: "DELETE /me/tokens/{id}",
  allow: "delete:token",
  input: z.strictObject({ id }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),

  async run({ actor, tx }, { id }) {
    const mine = and(eq(tokens.id, id), eq(tokens.userId, actor.id), isLive);
    const [gone] = await tx
      .update(tokens)
      .set({ endedAt: sql`now()`, endedBy: actor.id, endedReason: "revoked" })
      .where(mine)
      .returning({ name: tokens.name });
    if (!gone) throw notFound("token");
    await queueNotice(tx, revoked(actor, gone.name));
    return {};
  },
});

/** Ends every live token of a person at once and for good; how many there were. */
export async function revokeAll(tx: Db, { id }: Pick<Actor, "id">): Promise<number> {
  const ended = await tx
    .update(tokens)
    .set({ endedAt: sql`now()`, endedBy: id, endedReason: "revoked" })
    .where(and(eq(tokens.userId, id), isLive))
    .returning({ id: tokens.id });
  return ended.length;
}

/** Who am I, until when, what may I: the answer for any live credential. Asks the database nothing more. */
export const verifyToken = defineOperation({
  name: "tokens.verify",
  summary: "Ask who a credential speaks for, until when, and what it may do",
  route: "GET /tokens/verify",
  allow: "verify:credential",
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

type Made = { name: string; start: string; scopes: string[]; expiresAt: string | null };

const created = ({ id, fullName, credential }: Actor, { name, start, scopes, expiresAt }: Made): Notice => ({
  userId: id,
  event: "token_created",
  subject: `The API token ${name} was created`,
  paragraphs: [
    `Hello ${fullName},`,
    `the API token ${name} (${start}) was created${credential.kind === "token" ? ` by your token ${credential.name}` : ""}.`,
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

/** The end that was asked for; without a wish 30 days from now, or with the token that makes this one. */
function endOf({ credential }: Actor, expiresAt: string | null | undefined): Date | null {
  if (expiresAt !== undefined) return expiresAt === null ? null : new Date(expiresAt);
  const usual = Date.now() + defaultDays * day;
  const ownEnd = credential.kind === "token" ? credential.expiresAt?.getTime() : undefined;
  return new Date(Math.min(usual, ownEnd ?? usual));
}

function demandKnown(actor: Actor, names: string[]) {
  const known = new Map(catalogue().map((scope) => [scope.name, scope.permissions]));
  const useful = (name: string) => isUseful(actor, known.get(name) ?? []);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length)
    throw badField("scopes", "unknown_scope", `There is no scope ${unknown.join(", ")}. GET /scopes lists them.`);
  const idle = names.filter((name) => !useful(name));
  if (idle.length) throw badField("scopes", "not_yours", `Your roles allow nothing of ${idle.join(", ")}.`);
}

function demandFewer({ credential }: Actor, names: string[], end: Date | null) {
  if (credential.kind !== "token") return;
  const foreign = names.filter((name) => !credential.scopes.includes(name));
  if (foreign.length) throw badField("scopes", "beyond_own", `This token does not hold ${foreign.join(", ")} itself.`);
  if (managesTokens(names)) throw badField("scopes", "beyond_own", "A token cannot make tokens that make tokens.");
  const outlives = credential.expiresAt && (!end || end > credential.expiresAt);
  if (outlives) throw badField("expiresAt", "too_late", "A token cannot make one that outlives it.");
}

async function readToken(tx: Db, actor: Actor, id: string) {
  const mine = and(eq(tokens.id, id), eq(tokens.userId, actor.id));
  const [row] = await tx.select(tokenColumns).from(tokens).where(mine);
  if (!row) throw notFound("token");
  return present(row);
}

/** Forgets tokens that ended more than 90 days ago. */
export const forgetEnded = (tx: Db) =>
  tx.delete(tokens).where(sql`coalesce(${tokens.endedAt}, ${tokens.expiresAt}) < now() - interval '90 days'`);
