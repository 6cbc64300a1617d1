import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { makePerson, type Person, query } from "../../e2e/people.ts";
import { sharedServer } from "./server.ts";

const server = sharedServer();
const clerkMay = ["get", "list", "read", "update"].map((action) => `admin:own:${action}:user`);

let accountId: string;
let clerk: string;
let target: Person;

/** Somebody of the account with a role for just this. */
async function holder(...patterns: string[]) {
  const person = await makePerson({ role: null, accountId });
  const permissions = JSON.stringify(Object.fromEntries(patterns.map((pattern) => [pattern, "allowed"])));
  await query(
    `with made as (insert into roles (account_id, name, permissions) values ($1, $2, $3) returning id)
     insert into user_roles (user_id, account_id, role_id) select $4, $1, id from made`,
    [accountId, `Role ${randomUUID()}`, permissions, person.id],
  );
  return person;
}

/** The same, signed in; the token of the session. */
const signedIn = async (...patterns: string[]) => server.signIn(await holder(...patterns));

beforeAll(async () => {
  ({ accountId } = await makePerson({ role: "Administrator" }));
  clerk = await signedIn(...clerkMay);
});

beforeEach(async () => {
  target = await makePerson({ role: "Administrator", accountId });
});

const asked = async (token: string, method: string, path: string, body?: object) => {
  const answer = await server.call(method, `/api/v1${path}`, { token, body });
  return [answer.status, answer.body.code ?? answer.body.results?.[0]?.code ?? "done"];
};
/** What a client of AIMS gets for a name and a password. */
async function aimsTokenOf({ email, password }: Person): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${email}:${password}`).toString("base64")}`;
  const { body } = await server.call("POST", "/aims/v1/authenticate", { headers: { authorization } });
  return body.authentication.token;
}

const beyond = [403, "privilege_escalation"];

test("a deactivated administrator is not brought back by a clerk, on any way in", async () => {
  await query("update users set active = false where id = $1", [target.id]);
  expect(await asked(clerk, "PATCH", `/users/${target.id}`, { active: true })).toEqual(beyond);
  const many = { action: "activate", userIds: [target.id] };
  expect(await asked(clerk, "POST", "/users/bulk", many)).toEqual([201, "privilege_escalation"]);
  const headers = { "x-aims-auth-token": await aimsTokenOf(await holder(...clerkMay)) };
  const aims = await server.call("POST", `/aims/v1/${accountId}/users/${target.id}`, {
    body: { active: true },
    headers,
  });
  expect(aims.status).toBe(403);
  await expect(server.signIn(target)).rejects.toThrow();
});

test("a locked administrator is not unlocked by a clerk", async () => {
  await query("update users set locked_until = 'infinity' where id = $1", [target.id]);
  expect(await asked(clerk, "DELETE", `/users/${target.id}/lock`)).toEqual(beyond);
  await expect(server.signIn(target)).rejects.toThrow();
});

test("a clerk neither locks, signs out, resets, renames nor deletes an administrator", async () => {
  const remover = await signedIn("admin:own:delete:user");
  const session = await server.signIn(target);
  const at = `/users/${target.id}`;
  expect(await asked(clerk, "PUT", `${at}/lock`, { reason: "Lost phone" })).toEqual(beyond);
  expect(await asked(clerk, "DELETE", `${at}/sessions`)).toEqual(beyond);
  expect(await asked(clerk, "POST", `${at}/password-reset`)).toEqual(beyond);
  expect(await asked(clerk, "PATCH", at, { fullName: "Nobody" })).toEqual(beyond);
  expect(await asked(remover, "DELETE", at)).toEqual(beyond);
  expect((await server.call("GET", "/api/v1/me", { token: session })).body.fullName).toBe(target.fullName);
});

test("whoever changes groups takes no administrator's role from them", async () => {
  const [group] = await query(
    `with g as (insert into groups (account_id, name) values ($1, $2) returning id),
       m as (insert into group_members (group_id, account_id, user_id) select id, $1, $3 from g),
       h as (insert into group_roles (group_id, account_id, role_id)
         select g.id, $1, r.id from g, roles r where r.account_id is null and r.name = 'Administrator')
     select id from g`,
    [accountId, `Keepers ${randomUUID()}`, target.id],
  );
  const keeper = await signedIn("admin:own:*:group", "admin:own:grant:role", "admin:own:revoke:role");
  expect(await asked(keeper, "DELETE", `/groups/${group?.id}`)).toEqual(beyond);
  expect(await asked(keeper, "PATCH", `/groups/${group?.id}/members`, { remove: [target.id] })).toEqual(beyond);
  expect(await asked(keeper, "PATCH", `/groups/${group?.id}`, { roleIds: [] })).toEqual(beyond);
});

test("a help desk locks an administrator by override:user, and cannot unlock them", async () => {
  const desk = await signedIn(...clerkMay, "admin:own:override:user");
  const other = await makePerson({ role: "Administrator", accountId });
  expect(await asked(desk, "PUT", `/users/${other.id}/lock`, { reason: "Lost laptop" })).toEqual([200, "done"]);
  expect(await asked(desk, "DELETE", `/users/${other.id}/lock`)).toEqual(beyond);
});

test("the page says what a clerk may not do, and offers none of it", async () => {
  const person = await holder(...clerkMay);
  const browser = server.browser();
  await browser.signIn(person.email, person.password);
  const { html } = await browser.get(`/users/${target.id}`);
  expect(html).toContain("holds rights that you do not");
  for (const label of [">Lock<", ">Deactivate<", ">Force a reset<", ">End all<", ">Save<"])
    expect(html).not.toContain(label);
  const member = await makePerson({ accountId });
  const offered = (await browser.get(`/users/${member.id}`)).html;
  for (const label of [">Lock<", ">Deactivate<", ">Save<"]) expect(offered).toContain(label);
  expect(offered).not.toContain(">Force a reset<");
});
