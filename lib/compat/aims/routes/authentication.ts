import type { z } from "zod";
import { readBasic } from "#lib/compat/basic.ts";
import { allowedReturn } from "#lib/core/return-to.ts";
import { changePasswordByName } from "#lib/sign-in/passwords/by-name.ts";
import { completeReset } from "#lib/sign-in/resets/complete.ts";
import { requestReset } from "#lib/sign-in/resets/request.ts";
import type { ApiRoute } from "../../route.ts";
import { signInWithAccessKey } from "../access-key.ts";
import { enrolAuthenticator } from "../enrolment.ts";
import { AimsRefusal, type OwnWords } from "../errors.ts";
import type { ownerFacts } from "../facts.ts";
import { accountOut, epochOf, roleOut, upper, userOut } from "../shapes.ts";
import { getTokenInfo, goOnToAims, signInToAims } from "../sign-in.ts";
import { type AimsRequest, row, rowOf, silent } from "./row.ts";

const sessionHeader = "x-aims-session-token";
const codeBody = { mfa_code: "string?" } as const;

type Owner = z.output<typeof ownerFacts>;

const authentication = (done: Owner & { token: string; expiresAt: string }) => ({
  authentication: {
    user: userOut(done.user),
    account: accountOut(done.account),
    token: done.token,
    token_expiration: epochOf(done.expiresAt),
  },
});

/** The session token decides where there is one (AU12); else Basic names a person, or an access key. */
async function authenticate({ header, body, run }: AimsRequest<typeof codeBody>) {
  const [challenge, code] = [header(sessionHeader), body.mfa_code];
  if (challenge !== undefined) return authentication(await run(goOnToAims, { challenge, code }));
  const basic = readBasic(header("authorization"));
  if (!basic) throw new AimsRefusal(401);
  const [name, secret] = basic;
  const isKey = /^[0-9a-f]{16}$/i.test(name);
  if (isKey) return authentication(await run(signInWithAccessKey, { accessKeyId: name, secretKey: secret }));
  return authentication(await run(signInToAims, { login: name, password: secret, code }));
}

/** Whatever is wrong with what proves somebody is one and the same. */
const unproven: OwnWords = ({ code }) => (code === "invalid_fields" ? { status: 401 } : undefined);

const tokenInfo = ({ user, account, roles, expiresAt }: Owner & { expiresAt: string }) => ({
  account: accountOut(account),
  user: userOut(user),
  roles: roles.map(roleOut),
  entity_id: upper(user.id),
  entity_type: "user",
  requester_id: `${account.id}:user:${upper(user.id)}`,
  token_expiration: epochOf(expiresAt),
});

/** Signing in, tokens, passwords and enrolment: what wants no token, and what the token is. */
export const authenticationRows: ApiRoute[] = [
  rowOf("POST /aims/v1/authenticate", authenticate, 200, { isOpen: true, body: codeBody, words: unproven }),
  row("GET /aims/v1/token_info", getTokenInfo, () => ({}), tokenInfo, 200),
  row(
    "POST /aims/v1/change_password",
    changePasswordByName,
    ({ body }) => ({ login: body.email, currentPassword: body.current_password, newPassword: body.new_password }),
    silent,
    204,
    { isOpen: true, body: { email: "string", current_password: "string", new_password: "string" } as const },
  ),
  row(
    "POST /aims/v1/reset_password",
    requestReset,
    // Where it may not lead, it leads nowhere; that there is such a person is not said either way (PW7).
    ({ body }) => ({ login: body.email, returnTo: allowedReturn(body.return_to) }),
    silent,
    204,
    {
      isOpen: true,
      body: { email: "string", return_to: "string" } as const,
      words: ({ code }) => (code === "invalid_fields" ? { status: 400, key: "invalid_property" } : undefined),
    },
  ),
  row(
    "PUT /aims/v1/reset_password/{token}",
    completeReset,
    ({ path, body }) => ({ link: path.token ?? "", newPassword: body.password }),
    silent,
    204,
    { isOpen: true, body: { password: "string" } as const },
  ),
  row(
    "POST /aims/v1/user/mfa/enroll",
    enrolAuthenticator,
    ({ header, body }) => ({
      challenge: header(sessionHeader),
      login: body.email,
      password: body.password,
      uri: body.mfa_uri,
      codes: body.mfa_codes,
    }),
    ({ user }) => userOut(user),
    200,
    {
      isOpen: true,
      body: { mfa_uri: "string", mfa_codes: "strings", email: "string?", password: "string?" } as const,
      words: (refusal) => (isUnproven(refusal) ? { status: 401 } : undefined),
    },
  ),
];

const isUnproven: (refusal: Parameters<OwnWords>[0]) => boolean = ({ details }) =>
  ["/login", "/password"].includes(details.errors?.[0]?.pointer ?? "");
