import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { reminders } from "#db/schema/notifications.ts";
import { replacedSecrets, tokens } from "#db/schema/tokens.ts";
import type { Actor } from "#lib/core/actor.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { notFound, Refusal } from "#lib/core/errors.ts";
import { secretOnce } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { whyNotLive } from "./ended.ts";
import { sealCopy } from "./retrievable-secret.ts";
import { isLive, readToken, wireToken } from "./token.ts";

/** How long the secret before goes on: hours, or until the new one is first used. */
export const overlaps = ["now", "1h", "24h", "7d", "first-use"] as const;

export type Overlap = (typeof overlaps)[number];

const hours: Record<Exclude<Overlap, "first-use">, number> = { now: 0, "1h": 1, "24h": 24, "7d": 168 };

/** Previous secrets of a token that may be good at a time. */
const maxFormer = 100;

const uuidOrSelf = /^(self|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/;

/**
 * Gives a token a new secret; the one before goes on for the overlap, and never past the end it had. Name, scopes and
 * settings stay; the token lives as long again as it was to live, as far as the account lets tokens live now. Former
 * secrets from rotations before keep the end they were given. A token rotates itself alone (I-24), and one that a token
 * made gets no later end by it. Before the new end its owner is reminded anew.
 */
export const rotateToken = defineOperation({
  name: "tokens.rotate",
  summary: "Give one of your API tokens a new secret; it is in this answer and nowhere else",
  route: "POST /me/tokens/{id}/rotate",
  allow: "rotate:token",
  about: "oneself",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "token_rotate", points: 100, seconds: 3600 },
  input: z
    .strictObject({
      id: z
        .string()
        .toLowerCase()
        .regex(uuidOrSelf, "Send the token's id, or self.")
        .meta({ description: "The token's id; `self` for the token that asks" }),
      overlap: z
        .enum(overlaps)
        .default("24h")
        .meta({ description: "How long the secret before goes on; first-use: until the new one is first used" }),
    })
    .meta({ examples: [{ overlap: "24h" }] }),
  output: wireToken.extend({ secret: secretOnce() }),
  audit: ({ input, output }) => ({
    target: output.id,
    details: { name: output.name, overlap: input.overlap, expiresAt: output.expiresAt },
  }),
  notify: ({ actor, output }) => rotated(actor, output),

  async run({ actor, tx }, { id: asked, overlap }) {
    const id = idOf(actor, asked);
    const token = await lock(tx, actor, id);
    if (token.former >= maxFormer)
      throw new Refusal("limit_reached", `${maxFormer} former secrets of this token are still good. End them first.`);
    const secret = mintSecret("pat");
    await replace(tx, token, overlap);
    const set = {
      secretHash: hashSecret(secret),
      lastFour: secret.slice(-4),
      rotatedAt: sql`clock_timestamp()`,
      expiresAt: newEnd(actor, token),
      sealedSecret: token.retrievable ? sealCopy(token, secret) : null,
    };
    await tx.update(tokens).set(set).where(eq(tokens.id, id));
    await tx.delete(reminders).where(eq(reminders.tokenId, id));
    return { ...(await readToken(tx, actor, id)), secret };
  },
});

function idOf({ credential }: Actor, asked: string): string {
  const own = credential.kind === "token" ? credential.id : null;
  if (own && asked !== "self" && asked !== own)
    throw new Refusal("session_required", "A token gives itself a new secret, and no other.");
  if (asked !== "self") return asked;
  if (own) return own;
  throw notFound("token");
}

type Locked = Awaited<ReturnType<typeof lock>>;

/** The token as it stands; two rotations at once go one after the other. */
async function lock(tx: Db, { id: userId }: Actor, id: string) {
  const former = sql<number>`(select count(*) from replaced_secrets r where r.token_id = ${tokens.id} and r.ends_at > now())::int`;
  const [token] = await tx
    .select({
      id: tokens.id,
      accountId: tokens.accountId,
      secretHash: tokens.secretHash,
      lastFour: tokens.lastFour,
      lastUsedAt: tokens.lastUsedAt,
      lastUsedAddress: tokens.lastUsedAddress,
      createdByToken: tokens.createdByToken,
      former,
      maxDays: accounts.tokenMaxDays,
      forever: accounts.tokensMayLiveForever,
      retrievable: accounts.tokensRetrievable,
    })
    .from(tokens)
    .innerJoin(accounts, eq(accounts.id, tokens.accountId))
    .where(and(eq(tokens.id, id), eq(tokens.userId, userId), isLive))
    .for("no key update", { of: tokens });
  if (!token) throw await whyNotLive(tx, id, eq(tokens.userId, userId));
  return token;
}

async function replace(tx: Db, token: Locked, overlap: Overlap) {
  const { id: tokenId, accountId, secretHash, lastFour, lastUsedAt, lastUsedAddress } = token;
  const untilFirstUse = overlap === "first-use";
  const wanted = untilFirstUse ? sql`'infinity'::timestamptz` : sql`now() + ${hours[overlap]}::int * interval '1 hour'`;
  const ownEnd = sql`(select coalesce(expires_at, 'infinity') from tokens where id = ${tokenId})`;
  const times = { replacedAt: sql`clock_timestamp()`, endsAt: sql`least(${wanted}, ${ownEnd})`, untilFirstUse };
  await tx
    .insert(replacedSecrets)
    .values({ secretHash, tokenId, accountId, lastFour, lastUsedAt, lastUsedAddress, ...times });
}

/** As long again as it was to live, at most as long as the account allows; see {@link rotateToken} for the rest. */
function newEnd({ credential }: Actor, { createdByToken, maxDays, forever }: Locked): SQL<Date | null> {
  const cap = sql`now() + ${maxDays}::int * interval '1 day'`;
  const life = sql`${tokens.expiresAt} - greatest(coalesce(${tokens.rotatedAt}, ${tokens.createdAt}), ${tokens.startsAt})`;
  const inherited = sql`least(greatest(now(), ${tokens.startsAt}) + (${life}), ${cap})`;
  const isByToken = credential.kind === "token" && createdByToken !== null;
  const end = isByToken ? sql`least(${inherited}, ${tokens.expiresAt})` : inherited;
  return sql`case when ${tokens.expiresAt} is not null then ${end} when not ${forever}::boolean then ${cap} end`;
}

type Rotated = { id: string; name: string; preview: string; expiresAt: string | null };

/** A token that gives itself a new secret does so as often as it likes; that stands in the security log alone. */
function rotated(
  { id: userId, fullName, credential }: Actor,
  { id, name, preview, expiresAt }: Rotated,
): Notice | null {
  if (credential.kind === "token") return null;
  return {
    userId,
    event: "token_rotated",
    subject: `The API token ${name} has a new secret`,
    paragraphs: [
      `Hello ${fullName},`,
      `the API token ${name} was given a new secret (${preview}). ${expiresAt ? `It ends on ${expiresAt.slice(0, 10)}.` : "It never ends."}`,
      "If this was not you, revoke it and change your password at once.",
    ],
    button: { words: "Look at the token", path: `/tokens/${id}` },
  };
}
