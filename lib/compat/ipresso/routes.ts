import { Refusal } from "#lib/core/errors.ts";
import { requireKind } from "#lib/core/token-kinds.ts";
import { signInApiUser } from "#lib/machines/api-users/sign-in.ts";
import { verifyToken } from "#lib/tokens/verify.ts";
import { defineApi } from "../api.ts";
import { readBasic } from "../basic.ts";
import type { ApiRequest, ApiRoute } from "../route.ts";
import { toIpressoEnvelope } from "./errors.ts";
import { done, type Envelope, type Me, me } from "./shapes.ts";

const root = "/api/2";

/** Customer key in the address, login and secret as HTTP Basic; whatever body comes along counts for nothing (IP8). */
async function signIn({ path: { key = "" }, header, run }: ApiRequest): Promise<Envelope> {
  const [login, secret] = readBasic(header("authorization")) ?? ["", ""];
  return done((await run(signInApiUser, { customerKey: key, login, secret })).token);
}

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

/** The API of iPresso: a table of rows. */
export const ipresso = defineApi({
  routes: rows,
  // Proxies rewrite underscores to hyphens, or a client writes them so. Basic, which clients go on sending, is none
  // (IP7).
  token: (header) => requireApiTokenSecret(header("ipresso_token") ?? header("ipresso-token")),
  refuse: toIpressoEnvelope,
});

function requireApiTokenSecret(secret: string | undefined): string | undefined {
  if (secret) requireKind(secret, "api");
  return secret || undefined;
}
