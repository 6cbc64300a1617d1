import { encode } from "next-auth/jwt";
import { transaction } from "#db/client.ts";
import { execute } from "#lib/core/execute.ts";
import { env } from "#lib/env.ts";
import { cookieName } from "#lib/http/auth.ts";
import { aimsTokenHeader, callerOf, type KnownCaller } from "#lib/http/callers.ts";
import { openSession } from "#lib/sign-in/sessions/operations.ts";
import { createToken } from "#lib/tokens/create.ts";
import { handedOut, type Person } from "./cast.ts";

export type Headers = Record<string, string>;

const remember = (secret: string) => {
  handedOut.add(secret);
  return secret;
};

/** The caller that a request with these headers makes. */
export const callerWith = (headers: Headers, method = "POST"): KnownCaller =>
  callerOf({ method, peer: "127.0.0.1", header: (name) => headers[name] });

/** What an AIMS client sends that signed in with this person's password. */
export const aimsToken = async (person: Person): Promise<Headers> => ({
  [aimsTokenHeader]: await sessionOf(person, ["password"], "aims"),
});

/** `Authorization` with this secret. */
export const bearer = (secret: string): Headers => ({ authorization: `Bearer ${secret}` });

/** Signs somebody in, with a password unless told otherwise; the session's token. */
export async function sessionOf(person: Person, factors = ["password"], kind: "api" | "aims" = "api"): Promise<string> {
  const how = { kind, factors };
  const user = { ...person, account: { sessionIdleMinutes: 60, sessionMaxHours: 24 } };
  return remember((await transaction((tx) => openSession(tx, callerWith({}), user, how))).token);
}

/** What a caller with a fresh session of this person sends. */
export const asPerson = async (person: Person, factors?: string[]): Promise<KnownCaller> =>
  callerWith(bearer(await sessionOf(person, factors)));

type TokenInput = {
  name?: string;
  startsAt?: string;
  expiresAt?: string | null;
  allowedAddresses?: string[];
  addressMode?: string;
};

/** Makes a token over the API, as its owner. */
export async function tokenOf(person: Person, scopes: string[], wanted: TokenInput = {}) {
  const input = { name: `token ${handedOut.size}`, scopes, ...wanted };
  const { output } = await execute(createToken, await asPerson(person), input);
  return { ...output, secret: remember(output.secret) };
}

/** The cookie a browser holds for this session. */
export async function cookieOf(session: string): Promise<Headers> {
  const secret = env().AUTH_SECRET ?? "";
  const sealed = await encode({ token: { secret: session }, secret, salt: cookieName() });
  return { cookie: `${cookieName()}=${remember(sealed)}` };
}

/** The origin that the portal's own pages have. */
export const ownOrigin = (): Headers => ({ origin: env().APP_URL });
