import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { makePerson, openSession, query } from "../../e2e/people.ts";
import { builtAction } from "./actions.ts";
import type { Browser } from "./browser.ts";
import { sharedServer } from "./server.ts";

const server = sharedServer();

let accountId: string;
let token: string;
let browser: Browser;

beforeAll(async () => {
  const administrator = await makePerson({ role: "Administrator" });
  accountId = administrator.accountId;
  token = await server.signIn(administrator);
  browser = server.browser();
  const { name, value } = await openSession(administrator);
  browser.cookies.set(name, value);
});

const invented = (word: string, count: number) => Array.from({ length: count }, (_, n) => `pro:own:${word}:thing-${n}`);

let words = 0;

/** A role of so many patterns that no other role has. */
async function aRole(count: number): Promise<{ id: string; name: string; patterns: string[] }> {
  const name = `word-${++words}`;
  const patterns = invented(name, count);
  const permissions = Object.fromEntries(patterns.map((pattern) => [pattern, "allowed"]));
  const text = "insert into roles (account_id, name, permissions) values ($1, $2, $3) returning id";
  const [made] = await query(text, [accountId, name, JSON.stringify(permissions)]);
  return { id: String(made?.id), name, patterns };
}

async function aGroup(members: string[], roleIds: string[]): Promise<string> {
  const [made] = await query("insert into groups (account_id, name) values ($1, $2) returning id", [
    accountId,
    randomUUID(),
  ]);
  const values = [made?.id, accountId];
  await query(
    `with m as (insert into group_members (group_id, account_id, user_id) select $1, $2, unnest($3::uuid[]))
     insert into group_roles (group_id, account_id, role_id) select $1, $2, unnest($4::uuid[])`,
    [...values, members, roleIds],
  );
  return String(made?.id);
}

async function holding(roleIds: string[]): Promise<string> {
  const { id } = await makePerson({ role: null, accountId });
  await query("insert into user_roles (user_id, account_id, role_id) select $1, $2, unnest($3::uuid[])", [
    id,
    accountId,
    roleIds,
  ]);
  return id;
}

async function anApiUser(groupIds: string[]): Promise<string> {
  const { body } = await server.call("POST", "/api/v1/api-users", { token, body: program(groupIds) });
  return body.id;
}

const address = () => `${randomUUID()}@example.org`;
const user = (more: object) => ({ fullName: "New One", email: address(), ...more });
const program = (groupIds: string[]) => ({
  login: randomUUID(),
  name: "Ware",
  surname: "House",
  email: address(),
  groupIds,
});

type Prepared = { held: string[]; more: Awaited<ReturnType<typeof aRole>> };
/** What is asked of REST, and which fields the page sends that asks the same, where they are called otherwise there. */
type FloodRequest = {
  route: [method: string, path: string];
  body?: object;
  fields?: Record<string, string | string[]>;
};
type Way = [what: string, form: [file: string, name: string], ask: (given: Prepared) => Promise<FloodRequest>];

const ofUser = "app/(portal)/users/[userId]/actions.ts";
const ofGroups = "app/(portal)/groups/actions.ts";
const ofApiUsers = "app/(portal)/api-users/actions.ts";

const ways: Way[] = [
  [
    "a role is granted",
    [ofUser, "grantRole"],
    async ({ held, more }) => {
      const userId = await holding(held);
      return { route: ["PUT", `/users/${userId}/roles/${more.id}`], fields: { userId, roleId: more.id } };
    },
  ],
  [
    "a role says more",
    ["app/(portal)/roles/actions.ts", "saveRole"],
    async ({ held, more: { patterns } }) => {
      const { id: roleId, name } = await aRole(1);
      await holding([...held, roleId]);
      const permissions = Object.fromEntries(patterns.map((pattern) => [pattern, "allowed"]));
      const others = patterns.map((pattern) => `allow ${pattern}`).join("\n");
      return { route: ["PATCH", `/roles/${roleId}`], body: { permissions }, fields: { roleId, name, others } };
    },
  ],
  [
    "a member is taken in",
    [ofUser, "changeMembers"],
    async ({ held, more }) => {
      const [groupId, userId] = [await aGroup([], [more.id]), await holding(held)];
      const route: FloodRequest["route"] = ["PATCH", `/groups/${groupId}/members`];
      return { route, body: { add: [userId] }, fields: { groupId, add: userId } };
    },
  ],
  [
    "a group gets a role",
    [ofGroups, "setGroupRoles"],
    async ({ held, more }) => {
      const groupId = await aGroup([await holding(held)], []);
      const roleIds = [more.id];
      return { route: ["PATCH", `/groups/${groupId}`], body: { roleIds }, fields: { groupId, roleIds } };
    },
  ],
  [
    "a group is made",
    [ofGroups, "createGroup"],
    async ({ held, more }) => ({
      route: ["POST", "/groups"],
      body: { name: randomUUID(), roleIds: [...held, more.id] },
    }),
  ],
  [
    "a group without anybody gets more",
    [ofGroups, "setGroupRoles"],
    async ({ held, more }) => {
      const groupId = await aGroup([], held);
      const roleIds = [...held, more.id];
      return { route: ["PATCH", `/groups/${groupId}`], body: { roleIds }, fields: { groupId, roleIds } };
    },
  ],
  [
    "a user is made",
    ["app/(portal)/users/new/actions.ts", "makeUser"],
    async ({ held, more }) => ({ route: ["POST", "/users"], body: user({ roleIds: [...held, more.id] }) }),
  ],
  [
    "a user is made within a group",
    ["app/(portal)/users/new/actions.ts", "makeUser"],
    async ({ held, more }) => ({
      route: ["POST", "/users"],
      body: user({ roleIds: held, groupIds: [await aGroup([], [more.id])] }),
    }),
  ],
  [
    "an API user is made",
    [ofApiUsers, "createApiUser"],
    async ({ held, more }) => ({
      route: ["POST", "/api-users"],
      body: program([await aGroup([], held), await aGroup([], [more.id])]),
    }),
  ],
  [
    "an API user joins a group",
    [ofApiUsers, "saveGroups"],
    async ({ held, more }) => {
      const [one, other] = [await aGroup([], held), await aGroup([], [more.id])];
      const apiUserId = await anApiUser([one]);
      const groupIds = [one, other];
      return { route: ["PATCH", `/api-users/${apiUserId}`], body: { groupIds }, fields: { apiUserId, groupIds } };
    },
  ],
];

/** Four roles of 1,800 patterns in all, and one that is too much beside them, or just not. */
async function given(count: number): Promise<Prepared> {
  const roles = await Promise.all([450, 450, 450, 450].map(aRole));
  return { held: roles.map(({ id }) => id), more: await aRole(count) };
}

const excess = /would hold 2050 different permission patterns .* 50 more than the 2000 /;

/** Everybody and everything in the account that has to do with rights. */
async function rights() {
  const [state] = await query(
    `select (select json_agg(u.id order by u.id) from users u where u.account_id = $1) as users,
       (select json_agg(p.id order by p.id) from api_users p where p.account_id = $1) as programs,
       (select json_agg(json_build_array(r.id, r.version, r.permissions) order by r.id) from roles r where r.account_id = $1) as roles,
       (select json_agg(json_build_array(g.id, g.version) order by g.id) from groups g where g.account_id = $1) as groups,
       (select json_agg(json_build_array(group_id, role_id) order by group_id, role_id) from group_roles where account_id = $1) as held,
       (select json_agg(json_build_array(group_id, user_id) order by group_id, user_id) from group_members where account_id = $1) as members,
       (select json_agg(json_build_array(m.group_id, m.api_user_id) order by m.group_id, m.api_user_id)
         from api_user_groups m where m.account_id = $1) as grouped,
       (select json_agg(json_build_array(user_id, role_id) order by user_id, role_id) from user_roles where account_id = $1) as granted`,
    [accountId],
  );
  return state;
}

describe.each(ways)("nobody comes to hold too much when %s", (_, [file, name], ask) => {
  async function overRest({ route: [method, path], body }: FloodRequest) {
    const answer = await server.call(method, `/api/v1${path}`, { token, body: body ?? {} });
    return { code: answer.status < 300 ? "done" : answer.body.code, said: String(answer.body.detail) };
  }

  async function inPage({ fields, body }: FloodRequest) {
    const action = builtAction(file, name);
    if (!action) throw new Error(`No page has ${name}`);
    const { html, headers } = await browser.act(action, fields ?? (body as Record<string, string | string[]>));
    const isDone = headers.has("x-action-redirect") || html.includes('"status":"done"');
    const [, code = isDone ? "done" : html, said = ""] =
      /"problem":\{"status":\d+,"code":"(\w+)".*?"detail":"(.*?)"/.exec(html) ?? [];
    return { code, said };
  }

  test.each([
    ["over REST", overRest],
    ["in its page", inPage],
  ])("%s: it is refused with the excess, and nothing of it is done", async (_, attempt) => {
    const tooMuch = await ask(await given(250));
    const before = await rights();
    const { code, said } = await attempt(tooMuch);
    expect([code, said]).toEqual(["limit_reached", expect.stringMatching(excess)]);
    expect(await rights()).toEqual(before);
    const enough = await ask(await given(200));
    const then = await rights();
    expect((await attempt(enough)).code).toBe("done");
    expect(await rights()).not.toEqual(then);
  });
});

test("an import refuses the row by which somebody would hold too much, on both ways in", async () => {
  const { held, more } = await given(250);
  const rows = await query("select name from roles where id = any($1)", [held]);
  const modest = rows.map(({ name }) => name).join(";");
  const people = () => [user({ roles: `${modest};${more.name}` }), user({ roles: modest })];
  const { body } = await server.call("POST", "/api/v1/users/import", { token, body: { rows: people() } });
  expect(body.results.map(({ result }: { result: string }) => result)).toEqual(["refused", "made"]);
  expect(JSON.stringify(body.results[0])).toMatch(excess);
  const action = builtAction("app/(portal)/users/import/actions.ts", "importUsers");
  if (!action) throw new Error("No page imports");
  const { html } = await browser.act(action, { rows: JSON.stringify(people()) });
  expect([...html.matchAll(/"result":"(\w+)"/g)].map(([, result]) => result)).toEqual(["refused", "made"]);
  expect(html).toMatch(excess);
});

test("many requests at once give no more than one after the other", async () => {
  const { held } = await given(1);
  const userId = await holding(held);
  const more = await Promise.all(Array.from({ length: 8 }, () => aRole(60)));
  const grant = async (roleId: string): Promise<string> => {
    const { status, body } = await server.call("PUT", `/api/v1/users/${userId}/roles/${roleId}`, { token });
    // On a machine that is busy, one that waits for the others may be told to come again.
    return body.code === "unavailable" ? grant(roleId) : status === 200 ? "granted" : body.code;
  };
  const codes = await Promise.all(more.map(({ id }) => grant(id)));
  expect(codes.sort()).toEqual([...Array(3).fill("granted"), ...Array(5).fill("limit_reached")]);
});
