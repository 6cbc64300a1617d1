import type { z } from "zod";
import { updateUserWithPassword } from "#lib/compat/aims/update-user.ts";
import type { Refusal } from "#lib/core/errors.ts";
import { deleteUser } from "#lib/people/users/delete.ts";
import { removeFactorsOf } from "#lib/people/users/remove-factors.ts";
import type { wireUser } from "#lib/people/users/wire.ts";
import { disableFactors } from "#lib/sign-in/factors/disable.ts";
import type { ApiRoute } from "../../route.ts";
import { createUserWithPassword } from "../create-user.ts";
import { besides, flag } from "../query.ts";
import { stamped, userOut } from "../shapes.ts";
import { getTokenInfo } from "../sign-in.ts";
import { getPerson, listPeople } from "../users.ts";
import { type AimsRequest, row, rowOf, silent } from "./row.ts";

const lower = (id = "") => id.toLowerCase();
const everywhere = "*";

const out = (user: z.output<typeof wireUser>) =>
  userOut({ ...stamped(user), mfaEnabled: user.mfa, roleIds: null, login: null, accessKeys: null });

const profile = {
  name: "string?",
  email: "string?",
  password: "string?",
  active: "boolean?",
  mobile_phone: "string?",
  phone: "string?",
  webhook_url: "string?",
  notifications_only: "boolean?",
} as const;

const newUser = { ...profile, name: "string", email: "string", role_id: "string?" } as const;

const common = ({ path, body, query }: AimsRequest<typeof profile> | AimsRequest<typeof newUser>) => ({
  accountId: path.account_id,
  password: body.password,
  oneTimePassword: flag(query, "one_time_password") ?? false,
  active: body.active,
  mobilePhone: body.mobile_phone,
  phone: body.phone,
  webhookUrl: body.webhook_url,
  notificationsOnly: body.notifications_only,
});

/** The Go client sends an empty name and address for those that it leaves alone (X2). */
const orNone = (text: string | undefined) => text || undefined;

/** One person, by a name or an id: whatever account they are in, if it can be seen. */
const single = (route: string, who: (asked: AimsRequest) => Partial<z.input<typeof getPerson.input>>): ApiRoute =>
  row(
    route,
    getPerson,
    (asked) => ({ accountId: everywhere, ...who(asked), ...besides(asked.query, true) }),
    userOut,
    200,
  );

/**
 * Everybody of an account, as they are read, a thousand at a time: the list has no end, the memory it takes has. The
 * first are read before anything is said, so that a refusal is one.
 */
async function everybody({ path, query, run }: AimsRequest) {
  const asked = {
    accountId: path.account_id,
    roleId: query.get("role_id")?.toLowerCase(),
    ...besides(query, false),
  };
  const first = await run(listPeople, asked);
  return pieces();

  async function* pieces() {
    let [page, before] = [first, '{"users":['];
    for (;;) {
      yield before + page.items.map((user) => JSON.stringify(userOut(user))).join(",");
      if (page.next === null) break;
      page = await run(listPeople, { ...asked, after: page.next });
      if (page.items.length === 0) break;
      before = ",";
    }
    yield "]}";
  }
}

/** Everybody removes their own device; for others' it takes the permission (MF7). */
async function removeDevice({ path: { username = "" }, actor, run }: AimsRequest) {
  const isOwn = actor?.username.toLowerCase() === username.toLowerCase();
  if (isOwn && actor) {
    await run(disableFactors, {});
    return userOut((await run(getTokenInfo, {})).user);
  }
  const { id, accountId } = await run(getPerson, { accountId: everywhere, username });
  await run(removeFactorsOf, { id, accountId });
  return userOut(await run(getPerson, { accountId, userId: id }));
}

const selfWords = ({ code }: Refusal) => (code === "own_user" ? { status: 400, key: "self_delete_error" } : undefined);
const isGone = ({ code, details }: Refusal) =>
  (code === "not_found" && details.what === "user") || details.errors?.[0]?.pointer === "/userId";

/** People. */
export const userRows: ApiRoute[] = [
  rowOf("GET /aims/v1/{account_id}/users", everybody, 200),
  row(
    "POST /aims/v1/{account_id}/users",
    createUserWithPassword,
    (asked) => ({
      ...common(asked),
      fullName: asked.body.name,
      email: asked.body.email,
      roleIds: asked.body.role_id === undefined ? [] : [lower(asked.body.role_id)],
    }),
    out,
    201,
    { body: newUser },
  ),
  single("GET /aims/v1/{account_id}/users/{user_id}", ({ path }) => ({
    accountId: path.account_id,
    userId: lower(path.user_id),
  })),
  row(
    "POST /aims/v1/{account_id}/users/{user_id}",
    updateUserWithPassword,
    (asked) => ({
      ...common(asked),
      userId: lower(asked.path.user_id),
      fullName: orNone(asked.body.name),
      email: orNone(asked.body.email),
    }),
    out,
    200,
    { body: profile },
  ),
  row(
    "DELETE /aims/v1/{account_id}/users/{user_id}",
    deleteUser,
    ({ path }) => ({ accountId: path.account_id, userId: lower(path.user_id) }),
    silent,
    204,
    { words: (refusal) => (isGone(refusal) ? { status: 204 } : selfWords(refusal)) },
  ),
  single("GET /aims/v1/user/{user_id}", ({ path }) => ({ userId: lower(path.user_id) })),
  single("GET /aims/v1/user/username/{username}", ({ path }) => ({ username: path.username })),
  // The username all the same (US18).
  single("GET /aims/v1/user/email/{email}", ({ path }) => ({ username: path.email })),
  row(
    "GET /aims/v1/users/email/{email}",
    listPeople,
    ({ path, query }) => ({ accountId: everywhere, email: path.email, ...besides(query, false) }),
    ({ items }) => ({ users: items.map(userOut) }),
    200,
  ),
  rowOf("DELETE /aims/v1/user/mfa/{username}", removeDevice, 200),
];
