import { z } from "zod";
import { notAudited } from "#lib/core/audit.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endBySecret, recordEnd, userOfEndedToken } from "#lib/tokens/leaks/operations.ts";
import { whichGateway } from "./authenticate-gateway.ts";
import { gatewayFields } from "./introspect.ts";

/**
 * Revokes a token by its secret (RFC 7009). Having it is enough; a gateway that names itself as well has to prove
 * itself, and ends tokens of its own account alone. What is no live token is answered alike.
 */
export const revokeByOwnHand = defineOperation({
  name: "gateways.revoke_token",
  summary: "Revoke a token by its secret",
  route: null,
  allow: "anyone",
  idempotencyKey: true,
  limit: { name: "oauth_revoke", points: 300, seconds: 600 },
  input: z.strictObject({
    gatewayId: gatewayFields.gatewayId.optional(),
    gatewaySecret: gatewayFields.gatewaySecret.optional(),
    token: z.string().max(4096).meta({ description: "The token that is to end" }),
  }),
  output: z.object({}),
  audit: notAudited,

  async run({ tx, caller }, { gatewayId, gatewaySecret = "", token }) {
    const gateway = gatewayId === undefined ? undefined : await whichGateway(caller, gatewayId, gatewaySecret);
    const ended = await endBySecret(tx, token, "revoked", gateway?.accountId);
    if (!ended) return {};
    await recordEnd(tx, caller, revokeByOwnHand.name, ended, { gateway: gateway?.name });
    if (!ended.isProgram) await queueNotice(tx, revoked(await userOfEndedToken(tx, ended), ended.name, gateway?.name));
    return {};
  },
});

const revoked = ({ id, fullName }: { id: string; fullName: string }, name: string, gateway?: string): Notice => ({
  userId: id,
  event: "token_revoked",
  subject: `The API token ${name} was revoked`,
  paragraphs: [
    `Hello ${fullName},`,
    `the API token ${name} was revoked by ${gateway ? `the gateway ${gateway}` : "a program that holds it"}: whatever still uses it is refused.`,
  ],
  button: { words: "Look at your tokens", path: "/tokens?state=inactive" },
});
