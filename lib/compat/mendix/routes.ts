import { badField, type Refusal } from "#lib/core/errors.ts";
import { getProfile } from "#lib/people/profile.ts";
import { deleteUser } from "#lib/people/users/delete.ts";
import { getUser } from "#lib/people/users/get.ts";
import { changePasswordByName } from "#lib/sign-in/passwords/by-name.ts";
import { createToken } from "#lib/tokens/create.ts";
import { defineApi } from "../api.ts";
import { json } from "../body.ts";
import { requireTokenSecret } from "../pat.ts";
import type { ApiRequest, ApiRoute } from "../route.ts";
import { changeWholeUser, createWholeUser } from "./change.ts";
import { mendixNames, toMendixProblem } from "./errors.ts";
import { mendixUser } from "./shapes.ts";
import { listWholeUsers } from "./users.ts";

const roleNames = ["User", "SystemAdmin", "CompanyAdmin"];

/** Refuses a body that lacks any of these. */
function requireFields(body: ApiRequest["body"], ...names: string[]) {
  const missing = names.find((name) => body[name] === undefined || body[name] === null);
  if (missing) throw badField(missing, "required", "This is required.");
}

/** Is somebody to run the organisation? Undefined when nothing is said of roles. */
function isToAdminister({ userRoles }: ApiRequest["body"]): boolean | undefined {
  if (userRoles === undefined) return undefined;
  const roles = Array.isArray(userRoles) ? userRoles.map((one) => one?.role) : [];
  const isKnown = roles.length > 0 && roles.every((role) => roleNames.includes(role));
  if (!isKnown) throw badField("userRoles", "unknown_role", `Name one or more of ${roleNames.join(", ")}.`);
  return roles.some((role) => role !== "User");
}

/** To be blocked is not to be active; what is no yes or no is for the operation to refuse. */
const activeOf = ({ blocked }: ApiRequest["body"]) => (typeof blocked === "boolean" ? !blocked : blocked);

/** Everybody of the organisation, written as they are read: the list has no end, the memory it takes has. */
async function everybody({ run }: ApiRequest) {
  const first = await run(listWholeUsers, {});
  return pieces();

  async function* pieces() {
    let [page, before] = [first, "["];
    for (;;) {
      for (const user of page.items) {
        yield before + JSON.stringify(mendixUser(user));
        before = ",";
      }
      if (page.next === null) break;
      page = await run(listWholeUsers, { after: page.next });
    }
    yield before === "[" ? "[]" : "]";
  }
}

async function readUser({ path, run }: ApiRequest) {
  return mendixUser(await run(getUser, { userId: path.userId }));
}

async function create({ body, run }: ApiRequest) {
  requireFields(body, "name", "fullName", "email", "userRoles");
  const { name: username, fullName, email } = body;
  const administrator = isToAdminister(body);
  return mendixUser(await run(createWholeUser, { username, fullName, email, administrator, active: activeOf(body) }));
}

async function change({ path: { userId }, body, run }: ApiRequest) {
  const { name: username, fullName, email } = body;
  const wanted = { username, fullName, email, administrator: isToAdminister(body), active: activeOf(body) };
  return mendixUser(await run(changeWholeUser, { userId, ...wanted }));
}

/** Whose password it is has to be somebody whom the token may see; what changes it is the old one alone. */
async function changePassword({ path: { userId }, body, actor, run }: ApiRequest) {
  requireFields(body, "oldPassword", "newPassword");
  const isOwn = userId?.toLowerCase() === actor?.id;
  const { username } = isOwn ? await run(getProfile, {}) : await run(getUser, { userId });
  const { oldPassword: currentPassword, newPassword } = body;
  await run(changePasswordByName, { login: username, currentPassword, newPassword });
}

/** Scopes are sent with underscores and told with colons. */
const joined = (scopes: string[]) => scopes.map((scope) => scope.replaceAll("_", ":")).join(" ");

async function createPat({ body, run }: ApiRequest) {
  requireFields(body, "tokenName", "expiryDate", "scopes");
  const { tokenName, expiryDate, scopes } = body;
  const names = Array.isArray(scopes) ? scopes.map((one) => one?.scope) : scopes;
  const made = await run(createToken, { name: tokenName, expiresAt: expiryDate, scopes: names });
  return {
    tokenName: made.name,
    expiryDate: made.expiresAt,
    tokenValue: `mxtoken ${made.secret}`,
    joinedScope: joined(made.scopes),
  };
}

/** A password that did not prove anybody is a wrong parameter here: the token of the request is good. */
const wrongPassword = (refusal: Refusal): Refusal =>
  refusal.status === 401 ? badField("oldPassword", "wrong_password", "Incorrect old password") : refusal;

const root = "/userservice/v1/users";

/** Every address of the API. */
export const mendixRows: ApiRoute[] = [
  { route: `POST ${root}/my-account/pat`, status: 201, body: json, names: { name: "tokenName" }, act: createPat },
  { route: `GET ${root}`, status: 200, act: everybody },
  { route: `POST ${root}`, status: 201, body: json, act: create },
  { route: `GET ${root}/{userId}`, status: 200, act: readUser },
  { route: `PUT ${root}/{userId}`, status: 200, body: json, act: change },
  {
    route: `DELETE ${root}/{userId}`,
    status: 204,
    act: async ({ path, run }) => void (await run(deleteUser, { userId: path.userId })),
  },
  {
    route: `PATCH ${root}/{userId}/password`,
    status: 200,
    body: json,
    act: changePassword,
    words: wrongPassword,
  },
];

/** `Authorization: mxtoken …`, its scheme in any case; a PAT as it was told is the whole value of that header. */
function patIn(header: ApiRequest["header"]): string | undefined {
  const authorization = header("authorization");
  if (authorization === undefined) return undefined;
  return requireTokenSecret(/^mxtoken +(\S+)$/i.exec(authorization)?.[1]);
}

/** The API of the user service of the Private Mendix Platform. */
export const mendix = defineApi({ routes: mendixRows, token: patIn, names: mendixNames, refuse: toMendixProblem });
