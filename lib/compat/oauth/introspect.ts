import { isIP } from "node:net";
import { z } from "zod";
import { usefulScopes } from "#lib/access/scopes/catalogue.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { kindOfSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { effective } from "#lib/core/permissions.ts";
import { authenticateSecret } from "#lib/credentials/authenticate.ts";
import { whichGateway } from "./authenticate-gateway.ts";

/** What a gateway sends to say who it is. */
export const gatewayFields = {
  gatewayId: z.string().max(100).meta({ description: "The gateway's id" }),
  gatewaySecret: z.string().max(200).meta({ description: "Its secret, `lk_gtw_…`" }),
};

/**
 * What a live token is, in the words of RFC 7662, 2.2; instants are told whole, the transport makes seconds of them.
 */
const active = z.object({
  active: z.literal(true),
  tokenId: z.uuid(),
  scopes: z
    .array(z.string())
    .nullable()
    .meta({ description: "Those of its scopes that carry anything its owner may do at present; null without scopes" }),
  permissions: z.record(z.string(), z.enum(["allowed", "denied"])),
  username: z.string(),
  userId: z.uuid(),
  accountId: z.string(),
  createdAt: z.date().nullable(),
  expiresAt: z.date().nullable(),
});

/**
 * Asks whether a token is live, for gateways (RFC 7662). Of other accounts' tokens, and of what is none, all are told
 * the same.
 */
export const introspectToken = defineOperation({
  name: "gateways.introspect",
  summary: "Ask whether a token is live, and what it may do",
  route: null,
  allow: "anyone",
  input: z.strictObject({
    ...gatewayFields,
    token: z.string().max(4096).meta({ description: "The token that somebody brought" }),
    clientAddress: z.string().max(100).optional().meta({ description: "Where they came from" }),
  }),
  output: z.discriminatedUnion("active", [active, z.object({ active: z.literal(false) })]),

  async run({ caller }, { gatewayId, gatewaySecret, token, clientAddress }) {
    const gateway = await whichGateway(caller, gatewayId, gatewaySecret);
    const isAddress = clientAddress !== undefined && isIP(clientAddress) !== 0;
    const from = { address: isAddress ? clientAddress : "unknown", agent: `gateway ${gateway.name}` };
    const holder = await holderOf(token, { ...caller, ...from, within: gateway.accountId });
    return holder ? { active: true as const, ...facts(holder) } : { active: false as const };
  },
});

/** What programs are let in with: tokens of people, and of API users. */
const asked = new Set(["pat", "api"]);

/**
 * Whoever of the gateway's account the portal itself would let in with it, by the same rules at the same moment; null
 * where it would not.
 */
async function holderOf(token: string, from: Caller & { within: string }): Promise<Actor | null> {
  if (!asked.has(kindOfSecret(token) ?? "")) return null;
  try {
    return await authenticateSecret(token, from);
  } catch (error) {
    if (error instanceof Refusal && [401, 403].includes(error.status)) return null;
    throw error;
  }
}

const facts = ({ credential, grants, limits, username, id, accountId }: Actor) => ({
  tokenId: credential.id,
  scopes: credential.kind === "token" ? usefulScopes(grants, credential.scopes) : null,
  permissions: effective(grants, limits),
  username,
  userId: id,
  accountId,
  createdAt: credential.kind === "token" ? credential.createdAt : null,
  expiresAt: credential.expiresAt,
});
