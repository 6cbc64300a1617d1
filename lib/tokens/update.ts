import { and, eq, getTableColumns, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { tokens } from "#db/schema/tokens.ts";
import { patternsOf } from "#lib/access/scopes/catalogue.ts";
import type { Actor } from "#lib/core/actor.ts";
import { requireSession } from "#lib/core/authorize.ts";
import { badField } from "#lib/core/errors.ts";
import { uuid } from "#lib/core/fields.ts";
import { extendStepUp, requireStepUpForOwn } from "#lib/core/freshness.ts";
import { instantInput } from "#lib/core/instants.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { covers } from "#lib/core/permissions.ts";
import { hasValues, unchanged } from "#lib/core/unchanged.ts";
import { assertAddressPolicy, type Bounds, boundsInput, widensBounds } from "./addresses.ts";
import { whyNotLive } from "./ended.ts";
import { assertKnownScopes, assertStartBeforeEnd, description, tokenName, tokenScopes } from "./fields.ts";
import { freeName, tokenNameTaken } from "./make.ts";
import { isLive, readToken, wireToken } from "./token.ts";

/**
 * Changes a live token; what is left out stays, and so do its secret, its end and, once it has begun, its start. What
 * opens no more than before is free. What opens more is a new grant: it asks a person for step-up, they are told, and
 * no token does it (I-24).
 */
export const updateToken = defineOperation({
  name: "tokens.update",
  summary: "Change one of your API tokens: what it is called, and what it may do",
  route: "PATCH /me/tokens/{id}",
  allow: "update:token",
  about: "oneself",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  input: z
    .strictObject({
      id: uuid().meta({ description: "The token's id" }),
      name: tokenName.optional(),
      description: description.optional(),
      scopes: tokenScopes.optional(),
      startsAt: instantInput
        .nullable()
        .optional()
        .meta({ description: "When it begins to open anything, as long as it has not begun; null: at once" }),
      ...boundsInput,
    })
    .meta({ examples: [{ description: "Copies the month's figures", scopes: ["profile:read"] }] }),
  output: wireToken.extend({
    widened: z.boolean().meta({ description: "Does it open more than before? That was a new grant" }),
  }),
  audit: ({ input: { id, ...changes }, output: { widened } }) => ({
    target: id,
    details: { ...changes, ...(widened && { widened }) },
  }),
  notify: ({ actor, output }) => (output.widened ? widenedNotice(actor, output) : null),

  async run({ actor, tx }, { id, startsAt, ...changes }) {
    const mine = and(eq(tokens.id, id), eq(tokens.userId, actor.id), isLive);
    const [token] = await tx.select(held).from(tokens).where(mine).for("no key update");
    if (!token) throw await whyNotLive(tx, id, eq(tokens.userId, actor.id));
    const then = { ...token, ...changes, startsAt: startOf(token, startsAt) };
    assertKnownScopes(actor, added(token.scopes, then.scopes));
    if (changes.allowedAddresses || changes.addressMode) await assertAddressPolicy(tx, token.accountId, then);
    const isEarlier = begins(then) < begins(token);
    const widened = isEarlier || widensScopes(token.scopes, then.scopes) || widensBounds(token, then);
    if (widened) await grantAnew(tx, actor);
    if (changes.name !== undefined) await freeName(tx, actor.id, changes.name);
    const { name, description, scopes, allowedAddresses, addressMode, rateLimitPerMinute } = then;
    const set = {
      name,
      description,
      scopes,
      allowedAddresses,
      addressMode,
      rateLimitPerMinute,
      startsAt: then.startsAt,
    };
    if (hasValues(token, set)) return unchanged({ ...(await readToken(tx, actor, id)), widened });
    await tx.update(tokens).set(set).where(mine).catch(tokenNameTaken);
    return { ...(await readToken(tx, actor, id)), widened };
  },
});

const held = { ...getTableColumns(tokens), early: sql<boolean>`coalesce(${tokens.startsAt} > now(), false)` };

type Start = { startsAt: Date | null };

const begins = ({ startsAt }: Start) => startsAt?.getTime() ?? 0;

/** The start that a token gets; the one it has stays where nothing is said. */
function startOf(token: Start & { early: boolean; expiresAt: Date | null }, wanted: string | null | undefined) {
  if (wanted === undefined) return token.startsAt;
  if (!token.early) throw badField("startsAt", "begun", "It has begun: its start cannot be changed any more.");
  const start = wanted === null ? null : new Date(wanted);
  assertStartBeforeEnd(start, token.expiresAt);
  return start;
}

const added = (now: string[], then: string[]) => then.filter((name) => !now.includes(name));

/**
 * Would a token with those scopes carry a permission that it does not carry now? One that is named counts for more than
 * the same under a wildcard: only what is named opens what asks people for a step-up (I-24).
 */
function widensScopes(now: string[], then: string[]): boolean {
  const held = patternsOf(now);
  const isHeld = (pattern: string) => held.some((wide) => covers(wide, pattern) && deed(wide) === deed(pattern));
  return !patternsOf(added(now, then)).every(isHeld);
}

/** The `action:resource` of a pattern. */
const deed = (pattern: string) => pattern.split(":").slice(2).join(":");

/** What a token may do more is as good as a new one: for a person who has proven themselves. */
async function grantAnew(tx: Db, actor: Actor) {
  requireSession(actor);
  requireStepUpForOwn(actor);
  await extendStepUp(tx, actor);
}

type Widened = { id: string; name: string; preview: string; scopes: string[] } & Bounds;

const widenedNotice = ({ id: userId, fullName }: Actor, { id, name, preview, scopes, ...bounds }: Widened): Notice => ({
  userId,
  event: "token_widened",
  subject: `The API token ${name} may do more now`,
  paragraphs: [
    `Hello ${fullName},`,
    `the API token ${name} (${preview}) was changed, and may do more than before. Its scopes: ${scopes.join(", ")}. It is good ${fromWhere(bounds)}.`,
    "If this was not you, revoke it and change your password at once.",
  ],
  button: { words: "Look at the token", path: `/tokens/${id}` },
});

const fromWhere = ({ allowedAddresses, addressMode }: Pick<Bounds, "allowedAddresses" | "addressMode">) =>
  allowedAddresses.length === 0 || addressMode === "log" ? "from anywhere" : `from ${allowedAddresses.join(", ")}`;
