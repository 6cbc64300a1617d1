import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { previewRole } from "#lib/access/roles/preview.ts";
import { listAudit } from "#lib/audit/list.ts";
import { execute } from "#lib/core/execute.ts";
import { deleteGroup } from "#lib/people/groups/delete.ts";
import { getGroup } from "#lib/people/groups/get.ts";
import { updateGroup } from "#lib/people/groups/update.ts";
import { explainPermission } from "#lib/people/permissions/explain.ts";
import { type Cast, account as openAccount, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, callerWith, tokenOf } from "#tests/credentials.ts";
import { allow, by, deny, globalRole, groupRow, holder, roleRow } from "#tests/rights.ts";
import { type ApiUserRow, apiTokenOf, apiUserRow, secretRow } from "#tests/samples/api-users.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { createApiUser } from "./create.ts";
import { deleteApiUser } from "./delete.ts";
import { getApiUser } from "./get.ts";
import { listApiUsers } from "./list.ts";
import { addApiUserSecret, dropApiUserSecret } from "./secrets.ts";
import { updateApiUser } from "./update.ts";

let cast: Cast;
let api: TestApi;
let groupId: string;
let user: ApiUserRow;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "100000" });
  api = await openTestApi();
});

beforeEach(async () => {
  groupId = await groupRow(cast.here);
  user = await apiUserRow(cast.here);
});

const wanted = () => {
  const login = randomUUID();
  return { login, name: "Warehouse", surname: "Sync", email: `${login}@example.org`, groupIds: [groupId] };
};

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    ({ code, details }) => details?.errors?.[0]?.code ?? code,
  );

const asProgram = async (of: ApiUserRow = user) => callerWith(bearer(await apiTokenOf(of)));

describe("an API user", () => {
  test("is made with a secret that is shown once and stored as a slow hash", async () => {
    const input = wanted();
    const made = await by(cast.ada, createApiUser, {
      ...input,
      allowedAddresses: ["::ffff:198.51.100.7", "10.0.0.0/8"],
    });
    expect(made).toMatchObject({
      login: input.login,
      groups: [{ id: groupId }],
      allowedAddresses: ["198.51.100.7", "10.0.0.0/8"],
      secret: expect.stringMatching(/^lk_aus_/),
      version: 1,
    });
    const [{ hash } = { hash: "" }] = await sql<{ hash: string }>(
      "select hash from api_user_secrets where api_user_id = $1",
      made.id,
    );
    expect(hash).toMatch(/^\$argon2id\$/);
    expect(JSON.stringify(await by(cast.ada, getApiUser, { apiUserId: made.id }))).not.toContain(made.secret);
  });

  test("may bring a secret along, which keeps the account's password rules and is not shown", async () => {
    const make = (secret: string) => by(cast.ada, createApiUser, { ...wanted(), name: "Nimbus", secret });
    const refused = await Promise.all(
      ["short-Ab1", "Nimbus-forever-77", "password1234"].map((one) => codeOf(make(one))),
    );
    expect(refused).toEqual(["too_short", "context_word", "too_few_kinds"]);
    expect((await make("Copper-Lantern-83")).secret).toBeNull();
  });

  test.each([
    ["no group", { groupIds: [] }, "too_small"],
    ["a group that is nowhere", { groupIds: [randomUUID()] }, "unknown_group"],
    ["a login with a colon", { login: "a:b" }, "invalid_format"],
    ["every address there is", { allowedAddresses: ["0.0.0.0/0"] }, "custom"],
  ])("is not made with %s", async (_, change, code) => {
    expect(await codeOf(by(cast.ada, createApiUser, { ...wanted(), ...change }))).toBe(code);
  });

  test("has a login of its own in the account, and an e-mail address that no person and no other one has", async () => {
    const make = (change: object, who = cast.ada, at = groupId) =>
      codeOf(by(who, createApiUser, { ...wanted(), groupIds: [at], ...change }));
    expect(await make({ login: user.login.toUpperCase() })).toBe("taken");
    expect(await make({ login: user.login }, cast.dan, await groupRow(cast.there))).toBe("ok");
    expect(await make({ email: user.email.toUpperCase() }, cast.dan, await groupRow(cast.there))).toBe("taken");
    expect(await make({ email: cast.dan.email.toUpperCase() })).toBe("taken");
    const taking = sql("update users set email = $2 where id = $1", cast.cleo.id, user.email);
    await expect(taking).rejects.toMatchObject({ constraint: "users_email_once" });
  });

  test("is found by part of its login, name or address, and by its group, a page at a time", async () => {
    const account = await openAccount("Long");
    const reader = await person(account, ["Administrator"]);
    const at = await groupRow(account);
    const rows = [await apiUserRow(account), await apiUserRow(account), await apiUserRow(account)];
    await sql(
      "insert into api_user_groups (api_user_id, group_id, account_id) values ($1, $2, $3)",
      rows[1]?.id,
      at,
      account,
    );
    const list = async (input: object) => (await by(reader, listApiUsers, input)).items.map(({ id }) => id);
    expect(await list({ search: rows[0]?.login.toUpperCase() })).toEqual([rows[0]?.id]);
    expect(await list({ search: "100%_" })).toEqual([]);
    expect(await list({ groupId: at })).toEqual([rows[1]?.id]);
    const first = await by(reader, listApiUsers, { search: "program-", limit: 2 });
    const rest = await by(reader, listApiUsers, { search: "program-", limit: 2, cursor: first.nextCursor });
    const all = [...first.items, ...rest.items].map(({ login }) => login);
    expect([all, rest.nextCursor]).toEqual([rows.map(({ login }) => login).sort(), null]);
  });

  test("is changed field by field; of two changes at once the second is told", async () => {
    const { version } = await by(cast.ada, getApiUser, { apiUserId: user.id });
    const changed = await by(cast.ada, updateApiUser, { apiUserId: user.id, surname: "Export", version });
    expect(changed).toMatchObject({ surname: "Export", name: "Some", login: user.login, version: version + 1 });
    expect(await codeOf(by(cast.ada, updateApiUser, { apiUserId: user.id, name: "X", version }))).toBe(
      "version_conflict",
    );
  });

  test("is gone at its next request once it is deleted", async () => {
    const headers = bearer(await apiTokenOf(user));
    const next = async () => (await api.request("/api/v1/tokens/verify", { headers })).status;
    expect(await next()).toBe(200);
    await by(cast.ada, deleteApiUser, { apiUserId: user.id });
    expect([await next(), (await sql("select from api_user_secrets where api_user_id = $1", user.id)).length]).toEqual([
      401, 0,
    ]);
  });
});

describe("two secrets", () => {
  test("may stand side by side, and no more", async () => {
    const second = await by(cast.ada, addApiUserSecret, { apiUserId: user.id });
    expect(second.secret).toMatch(/^lk_aus_/);
    expect(await codeOf(by(cast.ada, addApiUserSecret, { apiUserId: user.id }))).toBe("limit_reached");
  });

  test("come down to one, and no further; the tokens of the one that is dropped end, not those of the other", async () => {
    const secretId = await secretRow(user);
    const [ending, staying] = [await apiTokenOf({ ...user, secretId }), await apiTokenOf(user)];
    const drop = (secretId: string) => codeOf(by(cast.ada, dropApiUserSecret, { apiUserId: user.id, secretId }));
    expect(await drop((await apiUserRow(cast.here)).secretId)).toBe("not_found");
    expect([await drop(secretId), await drop(user.secretId)]).toEqual(["ok", "conflict"]);
    const verify = async (token: string) =>
      (await api.request("/api/v1/tokens/verify", { headers: bearer(token) })).status;
    expect([await verify(ending), await verify(staying)]).toEqual([401, 200]);
  });
});

describe("nobody gives what they do not hold", () => {
  const most = allow("admin:own:*:api_user", "admin:own:grant:role", "admin:own:revoke:role", "admin:own:list:user");
  let weak: Person;
  let strong: string;

  beforeEach(async () => {
    weak = await holder(cast.here, most);
    strong = await groupRow(cast.here, [], [await roleRow(cast.here, allow("admin:own:delete:user"))]);
  });

  test("by a group that holds more", async () => {
    expect(await codeOf(by(weak, createApiUser, { ...wanted(), groupIds: [strong] }))).toBe("privilege_escalation");
    expect(await codeOf(by(weak, createApiUser, wanted()))).toBe("ok");
    const join = { apiUserId: user.id, groupIds: [user.groupId, strong] };
    expect(await codeOf(by(weak, updateApiUser, join))).toBe("privilege_escalation");
    const some = await holder(cast.here, allow("admin:own:*:api_user", "admin:own:delete:user"));
    expect(await codeOf(by(some, updateApiUser, join))).toBe("forbidden");
    expect(await codeOf(by(cast.ada, updateApiUser, join))).toBe("ok");
  });

  test("by a secret for an API user who may do more", async () => {
    await by(cast.ada, updateApiUser, { apiUserId: user.id, groupIds: [strong] });
    expect(await codeOf(by(weak, addApiUserSecret, { apiUserId: user.id }))).toBe("privilege_escalation");
  });

  test("by a denial that takes from an API user what the giver does not hold", async () => {
    await by(cast.ada, updateApiUser, { apiUserId: user.id, groupIds: [strong, groupId] });
    const groupsman = await holder(cast.here, { ...most, ...allow("admin:own:update:group") });
    for (const scope of ["own", cast.here]) {
      const roleIds = [await roleRow(cast.here, deny(`admin:${scope}:delete:user`))];
      expect(await codeOf(by(groupsman, updateGroup, { groupId, roleIds }))).toBe("privilege_escalation");
    }
  });

  test("not even an API user to itself, whatever its role says", async () => {
    const named = allow(
      "*:own:*:*",
      "admin:own:update:api_user",
      "admin:own:delete:api_user",
      "admin:own:update:group",
    );
    const own = await apiUserRow(cast.here, { roleIds: [await roleRow(cast.here, named)] });
    const told = async (work: Promise<unknown>) => codeOf(work);
    const caller = await asProgram(own);
    const other = await roleRow(cast.here, allow("admin:own:list:role"));
    expect([
      await told(execute(updateApiUser, caller, { apiUserId: own.id, name: "X" })),
      await told(execute(deleteApiUser, caller, { apiUserId: own.id })),
      await told(execute(addApiUserSecret, caller, { apiUserId: user.id })),
      await told(execute(updateGroup, caller, { groupId: own.groupId, roleIds: [other] })),
      await told(execute(updateApiUser, caller, { apiUserId: user.id, name: "X" })),
    ]).toEqual(["own_user", "own_user", "session_required", "self_modification", "ok"]);
  });

  test("no token makes an API user, gives it a secret or sees the customer key, whatever its scopes", async () => {
    const headers = bearer((await tokenOf(cast.ada, ["api-users"])).secret);
    const ask = async (method: string, path: string, body: object = {}) =>
      (await api.request(`/api/v1${path}`, { method, ...json(body, headers) })).field("code");
    expect([
      await ask("POST", "/api-users", wanted()),
      await ask("POST", `/api-users/${user.id}/secrets`),
      await ask("POST", "/api-user-settings/customer-key"),
      await ask("PATCH", `/api-users/${user.id}`, { name: "Renamed" }),
    ]).toEqual(["insufficient_scope", "session_required", "session_required", "undefined"]);
  });
});

describe("what is said of API users elsewhere", () => {
  test("a group says how many are in it, and they are shut out when it is deleted", async () => {
    expect(await by(cast.ada, getGroup, { groupId: user.groupId })).toMatchObject({ apiUsers: 1 });
    const headers = bearer(await apiTokenOf(user));
    await by(cast.ada, deleteGroup, { groupId: user.groupId });
    const answer = await api.request("/api/v1/tokens/verify", { headers });
    expect([answer.status, answer.field("code")]).toEqual([401, "owner_inactive"]);
  });

  test("the audit log shows what one did by its login, and finds it by that", async () => {
    const own = await apiUserRow(cast.here, { roleIds: [await globalRole("Administrator")] });
    await codeOf(execute(updateApiUser, await asProgram(own), { apiUserId: user.id, name: "X" }));
    const { items } = await by(cast.ada, listAudit, { actor: own.login });
    expect(items).toMatchObject([
      {
        action: "api_users.update",
        code: "forbidden",
        via: "api_user",
        actor: { id: own.id, username: own.login },
        targetName: user.login,
        targetKind: "api_user",
      },
    ]);
  });

  test("the explainer says what one may, through which group, and to itself without asking", async () => {
    const own = await apiUserRow(cast.here, { roleIds: [await globalRole("Read Only")] });
    const about = { permission: "list:user", apiUserId: own.id };
    const told = await by(cast.ada, explainPermission, about);
    expect(told).toMatchObject({ allowed: true, user: { username: own.login }, allowances: [{ direct: false }] });
    const { output } = await execute(explainPermission, await asProgram(own), { permission: "create:user" });
    expect(output).toMatchObject({ allowed: false, reason: "not_granted" });
    await sql("update api_users set active = false where id = $1", own.id);
    expect(await by(cast.ada, explainPermission, about)).toMatchObject({ allowed: false, reason: "cannot_sign_in" });
    const asker = await holder(cast.here, allow("admin:own:get:role"));
    expect(await codeOf(by(asker, explainPermission, about))).toBe("forbidden");
  });

  test("what changing a role would do names those it would do it to", async () => {
    const roleId = await roleRow(cast.here, allow("admin:own:delete:user"));
    const own = await apiUserRow(cast.here, { roleIds: [roleId] });
    const told = await by(cast.ada, previewRole, { roleId });
    expect(told).toMatchObject({ holders: 1, affected: 1, people: [{ id: own.id, username: own.login }] });
  });

  test("it knows of itself who it is, and nothing of people's own things", async () => {
    const own = await apiUserRow(cast.here, { roleIds: [await globalRole("Member")] });
    const headers = bearer(await apiTokenOf(own));
    const verified = await api.request("/api/v1/tokens/verify", { headers });
    expect(verified.body).toMatchObject({ kind: "api_user", owner: { username: own.login }, scopes: null });
    for (const path of ["/me", "/me/tokens", "/me/security-log"])
      expect((await api.request(`/api/v1${path}`, { headers })).field("code")).toBe("session_required");
  });
});

describe("who is told of what is done to an API user", () => {
  type Told = { userId: string; event: string; subject: string };
  const told = async (who: Person, login: string) => {
    const notices = await sql<{ data: Told }>(
      "select data from jobs.job where name = 'notice' and data->>'userId' = $1 and strpos(data->>'subject', $2) > 0 order by created_on",
      ...[who.id, login],
    );
    return notices.map(({ data: { event, subject } }) => [event, subject.split(login)[1]?.trim() ?? ""]);
  };

  test("its maker, and the administrators of the account, but for whoever does it", async () => {
    const account = await openAccount("Told");
    const [admin, idle] = [await person(account, ["Administrator"]), await person(account, ["Member"])];
    const maker = await holder(account, allow("admin:own:*:api_user", "admin:own:list:user"));
    const { id: apiUserId, login } = await by(maker, createApiUser, {
      ...wanted(),
      groupIds: [await groupRow(account)],
    });
    expect(await told(maker, login)).toEqual([["api_user_secret", "was made"]]);
    const { id: secretId } = await by(admin, addApiUserSecret, { apiUserId });
    await by(admin, dropApiUserSecret, { apiUserId, secretId });
    await by(admin, updateApiUser, { apiUserId, name: "Other", surname: "Sync", active: false });
    await by(admin, updateApiUser, { apiUserId, name: "Other" });
    await by(admin, deleteApiUser, { apiUserId });
    expect((await told(maker, login)).slice(1)).toEqual([
      ["api_user_changed", "got another secret"],
      ["api_user_changed", "lost a secret"],
      ["api_user_changed", "was deactivated; it was changed: name"],
      ["api_user_changed", "was deleted"],
    ]);
    expect(await told(admin, login)).toEqual([
      ["api_user_changed", "was made"],
      ["api_user_secret", "was made"],
    ]);
    expect(await told(idle, login)).toEqual([]);
  });
});
