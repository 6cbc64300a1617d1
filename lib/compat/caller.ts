import type { Actor } from "#lib/core/actor.ts";
import { authenticateSecret } from "#lib/credentials/authenticate.ts";
import { callerOf, type KnownCaller } from "#lib/http/callers.ts";
import { type ApiContext, compatRequestId, headersOf } from "./context.ts";
import type { ApiRoute, CompatibleApi } from "./route.ts";

/** What callers may say of themselves beside their token; cookies and the tokens of other APIs count for nothing. */
const commonHeaders = ["user-agent", "x-forwarded-for"];

/** Who asks, by the token of this API alone. Nobody is looked up before `who` is called, and then once. */
export function callerTo(c: ApiContext, api: CompatibleApi, row: ApiRoute): KnownCaller {
  const header = headersOf(c);
  const token = row.isOpen ? undefined : api.token(header);
  const counts = new Set([...commonHeaders, ...(api.callerHeaders ?? [])]);
  const caller = callerOf({
    method: c.req.method,
    group: groupOf(row),
    peer: c.env?.incoming?.socket.remoteAddress,
    requestId: c.env?.incoming && compatRequestId(c),
    header: (name) => (counts.has(name) ? header(name) : undefined),
  });
  let known: Promise<Actor | null> | undefined;
  return Object.assign(caller, {
    who: () => {
      known ??= identify(token);
      return known;
    },
  });

  async function identify(token: string | undefined): Promise<Actor | null> {
    const authenticate = api.authenticate ?? authenticateSecret;
    caller.known = token ? await authenticate(token, caller) : null;
    return caller.known;
  }
}

/** The part of the product that is asked: the API. */
const groupOf = ({ route }: ApiRoute) => /^\w+ \/([^/]+)/.exec(route)?.[1];
