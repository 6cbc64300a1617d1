import type { z } from "zod";
import { Refusal } from "#lib/core/errors.ts";
import type { ProblemCode } from "#lib/core/problems.ts";
import { requireKind } from "#lib/core/token-kinds.ts";
import { signInApiUser } from "#lib/machines/api-users/sign-in.ts";
import { verifyToken } from "#lib/tokens/operations.ts";
import { defineApi } from "../api.ts";
import { readBasic } from "../basic.ts";
import type { Answer, ApiRequest, ApiRoute } from "../route.ts";

const root = "/api/2";

/** What a client reads, whatever the HTTP status (the envelope of iPresso's API). */
type Envelope = { code: number; data?: unknown; message?: string; errorCode?: number };

const done = (data: unknown): Envelope => ({ code: 200, data });

/** Customer key in the address, login and secret as HTTP Basic; whatever body comes along counts for nothing (IP8). */
async function signIn({ path: { key = "" }, header, run }: ApiRequest): Promise<Envelope> {
  const [login, secret] = readBasic(header("authorization")) ?? ["", ""];
  return done((await run(signInApiUser, { customerKey: key, login, secret })).token);
}

type Me = z.output<typeof verifyToken.output>;

const me = ({ owner, account, permissions, expiresAt }: Me) => ({
  login: owner.username,
  name: owner.fullName,
  email: owner.email,
  account,
  permissions,
  token_expiration: expiresAt && Math.floor(Date.parse(expiresAt) / 1000),
});

/** A resource that says what is to be known of whoever asks. */
const resource = (name: string, data: (me: Me) => unknown): ApiRoute => ({
  route: `GET ${root}/${name}`,
  status: 200,
  act: async ({ run }) => done(data(await run(verifyToken, {}))),
});

/** Every address of the API. A client signs in anew with the method of the call that was refused (IP8). */
const rows: ApiRoute[] = [
  ...["GET", "POST", "PUT", "DELETE"].map(
    (method): ApiRoute => ({
      route: `${method} ${root}/auth/{key}`,
      status: 200,
      isOpen: true,
      words: oneAndTheSame,
      act: signIn,
    }),
  ),
  resource("me", me),
  // What the contract's own clients ask for first; nothing of it is kept here (IP4-5).
  resource("type", () => ({ type: {} })),
  resource("origin", () => ({ origin: {} })),
];

/** A login or a secret that nobody can have is as wrong as any other (IP2-3). */
function oneAndTheSame(refusal: Refusal): Refusal {
  const isWrong = ["invalid_fields", "invalid_credentials"].includes(refusal.code);
  return isWrong ? new Refusal("invalid_credentials", "Customer key, login or password is not right.") : refusal;
}

type ErrorCodes = { code: number; errorCode?: number };

/** Without an `errorCode`, 403 makes a client sign in again and repeat its call (IP6); with one it gives up (IP12). */
const signInAgain: ErrorCodes = { code: 403 };
const elsewhere: ErrorCodes = { code: 403, errorCode: 112 };
const barred: ErrorCodes = { code: 403, errorCode: 113 };

const words: Partial<Record<ProblemCode, ErrorCodes>> = {
  unauthenticated: signInAgain,
  token_malformed: signInAgain,
  token_unknown: signInAgain,
  token_expired: signInAgain,
  token_revoked: signInAgain,
  address_not_allowed: elsewhere,
  owner_inactive: barred,
  forbidden: barred,
  session_required: barred,
};

function refuse(refusal: Refusal): Answer {
  const said: ErrorCodes = words[refusal.code] ?? { code: refusal.status };
  const body: Envelope = { ...said, message: refusal.message };
  return { status: said.code, body };
}

/** The API of iPresso: a table of rows. */
export const ipresso = defineApi({
  routes: rows,
  // Proxies rewrite underscores to hyphens, or a client writes them so. Basic, which clients go on sending, is none
  // (IP7).
  token: (header) => requireApiTokenSecret(header("ipresso_token") ?? header("ipresso-token")),
  refuse,
});

function requireApiTokenSecret(secret: string | undefined): string | undefined {
  if (secret) requireKind(secret, "api");
  return secret || undefined;
}
