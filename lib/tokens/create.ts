import { z } from "zod";
import type { Actor } from "#lib/core/actor.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { secretOnce } from "#lib/core/fields.ts";
import { instantInput } from "#lib/core/instants.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { boundsIn, boundsInput, boundsOf } from "./addresses.ts";
import { assertKnownScopes, assertStartBeforeEnd, description, tokenName, tokenScopes } from "./fields.ts";
import { insertToken, requireTokenPolicy } from "./make.ts";
import { mustBeNarrower, requireNarrower } from "./narrower.ts";
import { storeSealed } from "./retrievable-secret.ts";
import { toToken, wireToken } from "./token.ts";

const defaultDays = 30;

const day = 86_400_000;

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
    return { ...toToken(made), retrievable, secret };
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

/** The end that was asked for; without a wish 30 days from its start, or with the token that makes this one. */
function endOf(maker: Actor | null, start: Date | null, expiresAt: string | null | undefined): Date | null {
  if (expiresAt !== undefined) return expiresAt === null ? null : new Date(expiresAt);
  const usual = Math.max(Date.now(), start?.getTime() ?? 0) + defaultDays * day;
  const ownEnd = maker?.credential.kind === "token" ? maker.credential.expiresAt?.getTime() : undefined;
  return new Date(Math.min(usual, ownEnd ?? usual));
}
