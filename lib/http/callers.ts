import { randomUUID } from "node:crypto";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { authenticateAimsToken, authenticateSecret } from "#lib/credentials/authenticate.ts";
import { env } from "#lib/env.ts";
import { clientAddress } from "./address.ts";
import { sessionSecret } from "./auth.ts";
import { cookieValue, deviceCookie } from "./cookies.ts";

/**
 * What a transport knows of a request; `header` takes lower-case names, `group` is the part of the product that is
 * asked.
 */
export type CallerRequest = {
  method: string;
  peer?: string;
  requestId?: string;
  group?: string;
  header(name: string): string | undefined;
};

/** A caller whose answer to "who?" is kept, for the headers of the answer. */
export type KnownCaller = Caller & { known: Actor | null; hadToken: boolean };

/** The header in which clients of AIMS send their token. */
export const aimsTokenHeader = "x-aims-auth-token";

/** Methods that change nothing. */
export const safe: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Reads the caller off a request: a bearer token, else a token of AIMS, else the session cookie. With the cookie,
 * whatever is not safe must come from our own origin (I-39). Nobody is looked up before `who` is called. Refuses
 * `malformed_request` when it cannot be told where the request comes from (I-81).
 */
export function callerOf(asked: CallerRequest): KnownCaller {
  const authorization = asked.header("authorization");
  const caller: KnownCaller = {
    address: knownAddress(asked),
    agent: asked.header("user-agent") ?? "",
    device: cookieValue(asked.header("cookie"), deviceCookie()),
    group: asked.group,
    requestId: asked.requestId ?? randomUUID(),
    idempotencyKey: idempotencyKey(asked.header("idempotency-key")),
    known: null,
    hadToken: authorization !== undefined || asked.header(aimsTokenHeader) !== undefined,
    who: async () => {
      caller.known = await identify(asked, authorization, caller);
      return caller.known;
    },
  };
  return caller;
}

/** The address that a request comes from; refuses `malformed_request` when it cannot be told. */
export function knownAddress({ peer, header }: Pick<CallerRequest, "peer" | "header">): string {
  const address = clientAddress(peer, header("x-forwarded-for"));
  if (address === "unknown") throw new Refusal("malformed_request", noAddress);
  return address;
}

const noAddress =
  "It cannot be told where this request comes from: X-Forwarded-For holds no address where a trusted proxy should have put one.";

async function identify(
  asked: CallerRequest,
  authorization: string | undefined,
  caller: Caller,
): Promise<Actor | null> {
  if (authorization !== undefined) return authenticateSecret(bearer(authorization), caller);
  const aims = asked.header(aimsTokenHeader);
  if (aims !== undefined) return authenticateAimsToken(aims, caller);
  const secret = await sessionSecret(asked.header("cookie"));
  if (!secret) return null;
  if (!safe.has(asked.method)) requireSameOrigin(asked.header("origin"));
  return authenticateSecret(secret, caller);
}

function bearer(authorization: string): string {
  const [, secret] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (!secret) throw new Refusal("token_malformed", "Write the header as `Authorization: Bearer lk_pat_…`.");
  return secret;
}

/** Refuses a request that a page of another site, or no page at all, made a browser send. */
export function requireSameOrigin(origin: string | undefined): void {
  if (origin === env().APP_URL) return;
  throw new Refusal("origin_refused", `This portal takes requests of its own pages at ${env().APP_URL} only.`);
}

function idempotencyKey(key: string | undefined): string | undefined {
  if (key === undefined || /^[\w.:-]{16,128}$/.test(key)) return key;
  const message = "Idempotency-Key takes a UUID, or 16 to 128 letters, digits and . : _ -";
  throw new Refusal("malformed_request", message);
}
