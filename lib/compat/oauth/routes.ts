import { badField } from "#lib/core/errors.ts";
import { defineApi } from "../api.ts";
import { readBasic } from "../basic.ts";
import { form } from "../body.ts";
import type { ApiRequest, ApiRoute } from "../route.ts";
import { toOAuthError } from "./errors.ts";
import { introspectToken } from "./introspect.ts";
import { revokeByOwnHand } from "./revoke.ts";
import { introspected } from "./shapes.ts";

/**
 * The id and secret by which a gateway names itself: behind `Basic`, in the form's encoding, or as fields of the form
 * (RFC 6749,
 * 2.3.1). Undefined where it does not. Refuses both at once.
 */
function gatewayIn({ header, body }: ApiRequest) {
  const authorization = header("authorization");
  const { client_id: id, client_secret: secret } = body;
  if (secret !== undefined && authorization !== undefined)
    throw badField(
      "client_secret",
      "repeated",
      "Name the gateway in the Authorization header or in the form, not in both.",
    );
  if (secret !== undefined) return { gatewayId: textIn(id), gatewaySecret: textIn(secret) };
  if (authorization === undefined) return undefined;
  const [gatewayId, gatewaySecret] = readBasic(authorization) ?? ["", ""];
  return { gatewayId: decoded(gatewayId), gatewaySecret: decoded(gatewaySecret) };
}

const textIn = (field: unknown) => (typeof field === "string" ? field : "");

const nobody = { gatewayId: "", gatewaySecret: "" };

const decoded = (text: string) => new URLSearchParams(`text=${text.replaceAll("&", "%26")}`).get("text") ?? "";

/** Without a token there is nothing to ask for; what else the form holds is left alone. */
function tokenIn({ body }: ApiRequest) {
  if (typeof body.token !== "string" || !body.token) throw badField("token", "required", "Send the token.");
  return body.token;
}

async function introspect(asked: ApiRequest) {
  const clientAddress = asked.body.client_address;
  const input = { ...(gatewayIn(asked) ?? nobody), token: tokenIn(asked), clientAddress };
  return introspected(await asked.run(introspectToken, input));
}

async function revoke(asked: ApiRequest) {
  await asked.run(revokeByOwnHand, { ...gatewayIn(asked), token: tokenIn(asked) });
}

/** What fields of ours are called here. */
const names = { gatewayId: "client_id", gatewaySecret: "client_secret", clientAddress: "client_address" };

/** Every address of the API. */
const oauthRows: ApiRoute[] = [
  { route: "POST /oauth2/introspect", status: 200, body: form, isOpen: true, act: introspect },
  { route: "POST /oauth2/revoke", status: 200, body: form, isOpen: true, act: revoke },
];

/** OAuth 2.0 for gateways: introspection (RFC 7662) and revocation (RFC 7009). */
export const oauth = defineApi({ routes: oauthRows, token: () => undefined, names, refuse: toOAuthError });
