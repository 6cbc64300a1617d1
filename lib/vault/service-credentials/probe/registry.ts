import { type SafeResponse, safeFetch } from "#lib/core/net/egress.ts";
import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";
import type { Probe } from "./finding.ts";
import { maxBytes } from "./guarded-socket.ts";
import { assertAccepted, basic, bearer, right } from "./http.ts";
import { Refused, UnexpectedReply } from "./trouble.ts";

/** Signs in as a container client does: with Basic, or for a token where the registry names who gives them. */
export const probeRegistry: Probe = async ({ baseUrl, username, secret }, policy, { signal }) => {
  const url = new URL("/v2/", baseUrl).href;
  const first = await safeFetch(url, { headers: { authorization: basic(username, secret) }, signal }, policy);
  const realm = first.status === 401 ? tokenRealm(first) : undefined;
  if (!realm) assertAccepted(first);
  else assertAccepted(await withToken(url, realm, { username, secret, signal }, policy));
  return right("The registry let you in.");
};

/** Where tokens are given, as the challenge says (Docker Registry v2 authentication); undefined without one. */
function tokenRealm({ headers }: SafeResponse): URL | undefined {
  const challenge = headers["www-authenticate"] ?? "";
  if (!/^bearer /i.test(challenge)) return undefined;
  const said = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  if (!said.realm || !URL.canParse(said.realm))
    throw new UnexpectedReply("It does not say where its tokens are given.");
  const realm = new URL(said.realm);
  if (said.service) realm.searchParams.set("service", said.service);
  return realm;
}

type Asking = { username: string; secret: string; signal: AbortSignal };

async function withToken(url: string, realm: URL, asking: Asking, policy: EgressPolicy): Promise<SafeResponse> {
  const { username, secret, signal } = asking;
  realm.searchParams.set("account", username);
  const headers = { authorization: basic(username, secret) };
  const given = await safeFetch(realm.href, { headers, most: maxBytes, signal }, policy);
  assertAccepted(given);
  return safeFetch(url, { headers: { authorization: bearer(tokenIn(given.body)) }, signal }, policy);
}

function tokenIn(body: string): string {
  try {
    const { token, access_token } = JSON.parse(body) as { token?: string; access_token?: string };
    const found = token ?? access_token;
    if (typeof found === "string" && /^[\x21-\x7e]+$/.test(found)) return found;
  } catch {
    throw new UnexpectedReply("Who gives its tokens answered something else.");
  }
  throw new Refused();
}
