import { beforeAll, describe, expect, test } from "vitest";
import { account, grant, handedOut, type Person, person, sql } from "#tests/cast.ts";
import { accessKeyOf } from "#tests/samples/access-keys.ts";
import { as, ask, basic, tokenOf } from "../client.ts";
import { managedBy, roleOf } from "../requests.ts";
import { type Stage, theStage } from "../stage.ts";

let stage: Stage;
let here: string;
let admin: Person;
let api: ReturnType<typeof as>;
let count = 0;

beforeAll(async () => {
  stage = await theStage();
  here = await account("Users");
  admin = await person(here, ["Administrator"]);
  api = as(stage.api, await tokenOf(stage.api, admin));
});

type User = Record<string, unknown> & { id: string };

const newEmail = () => `new${++count}@users.example`;
const create = (body: Record<string, unknown> = {}, query = "") => {
  if (typeof body.password === "string") handedOut.add(body.password);
  return api("POST", `/${here}/users${query}`, { name: "Bob Dobalina", email: newEmail(), ...body });
};
const made = async (body?: Record<string, unknown>) => (await create(body)).body as User;
const update = (id: string, body: Record<string, unknown>, query = "") =>
  api("POST", `/${here}/users/${id}${query}`, body);
const signIn = (username: string, password: string) =>
  ask(stage.api, "POST", "/authenticate", { headers: basic(username, password) });
const mailsTo = (email: string) =>
  sql("select data->'link'->>'purpose' as purpose from jobs.job where name = 'mail' and data->>'to' = $1", email);
const good = "Fraudulent$Foes";

describe("US1-US10 creating users", () => {
  test("US1, US17 the e-mail address is the username, and stays it when the address changes", async () => {
    const email = newEmail();
    const answer = await create({ email, password: good });
    expect([answer.status, answer.body]).toMatchObject([
      201,
      { username: email, email, account_id: here, active: true, locked: false, linked_users: [], mfa_enabled: false },
    ]);
    const { id } = answer.body as User;
    const other = newEmail();
    expect((await update(id, { email: other })).body).toMatchObject({ username: email, email: other });
    expect((await api("GET", `/users/email/${other}`)).body).toMatchObject({ users: [{ id, username: email }] });
    expect((await api("GET", `/user/username/${encodeURIComponent(email)}`)).body).toMatchObject({ id, email: other });
    expect((await signIn(email, good)).status).toBe(200);
  });

  test("US2, US7 a taken name or address, whatever its case: user_exists", async () => {
    const { email } = await made();
    const answer = await create({ email: String(email).toUpperCase() });
    expect([answer.status, answer.body]).toEqual([409, { error: "user_exists" }]);
    const other = await made();
    expect((await update(other.id, { email: String(email) })).body).toEqual({ error: "user_exists" });
  });

  test("US3 linked_users and mfa_enabled are always there; what is not set is not", async () => {
    const user = await made();
    for (const field of ["mobile_phone", "phone", "webhook_url", "notifications_only"])
      expect(user).not.toHaveProperty(field);
  });

  test.each([
    ["mobile_phone", "invalid_mobile_phone"],
    ["phone", "invalid_phone"],
  ])("US4 %s has ten digits at least and thirty characters at most", async (field, error) => {
    expect((await made({ [field]: "123-555-0123" }))[field]).toBe("123-555-0123");
    for (const wrong of ["123-555-012", "1".repeat(31), "call me 1234567890"]) {
      expect((await create({ [field]: wrong })).body).toEqual({ error });
      expect((await update(admin.id, { [field]: wrong })).body).toEqual({ error });
    }
  });

  test("US4 webhooks are http or https", async () => {
    expect((await made({ webhook_url: "http://example.com/hook" })).webhook_url).toBe("http://example.com/hook");
    for (const webhook_url of ["ftp://example.com", "example.com", "javascript:alert(1)"]) {
      expect((await create({ webhook_url })).body).toEqual({ error: "invalid_webhook_url" });
      expect((await update(admin.id, { webhook_url })).body).toEqual({ error: "invalid_webhook_url" });
    }
  });

  test("US5 role_id is granted; an unknown one is invalid_role_id", async () => {
    const role = await roleOf(here);
    const { id } = await made({ role_id: role });
    expect((await api("GET", `/${here}/users/${id}/role_ids`)).body).toEqual({ role_ids: [role.toUpperCase()] });
    for (const role_id of [crypto.randomUUID(), "nonsense", await roleOf(stage.here)])
      expect((await create({ role_id })).body).toEqual({ error: "invalid_role_id" });
  });

  test("US6 the first user of an account is its Administrator, whatever role_id says", async () => {
    const empty = await managedBy(here, "Empty");
    const role = await roleOf(empty);
    const answer = await api("POST", `/${empty}/users`, { name: "First", email: newEmail(), role_id: role });
    const { id } = answer.body as User;
    expect((await api("GET", `/${empty}/users/${id}/roles`)).body).toMatchObject({
      roles: [{ name: "Administrator" }],
    });
  });

  test("US8 invalid_email", async () => {
    for (const email of ["nobody", "a@b@c", "a b@example.org", ""]) {
      const answer = await create({ email });
      expect([answer.status, answer.body]).toEqual([400, { error: "invalid_email" }]);
    }
    expect((await update(admin.id, { email: "nobody" })).body).toEqual({ error: "invalid_email" });
  });

  test("US9 one_time_password marks the password sent along", async () => {
    const { username } = (await create({ password: good }, "?one_time_password=true")).body as User;
    expect((await signIn(String(username), good)).body).toEqual({ error: "password_expired" });
    expect((await create({}, "?one_time_password=maybe")).body).toEqual({ error: "invalid_option" });
  });

  test("US10 without a password they are invited by mail; with notifications_only they are told nothing", async () => {
    const email = newEmail();
    await create({ email });
    expect(await mailsTo(email)).toEqual([{ purpose: "invitation" }]);
    const quiet = await made({ notifications_only: true });
    expect(quiet.notifications_only).toBe(true);
    expect(await mailsTo(String(quiet.email))).toEqual([]);
  });

  test("a weak password is weak_password, and nobody is made", async () => {
    const email = newEmail();
    expect((await create({ email, password: "weak" })).body).toEqual({ error: "weak_password" });
    expect((await api("GET", `/users/email/${email}`)).body).toEqual({ users: [] });
  });

  test("active false is taken at creation", async () => {
    const { username, active } = await made({ password: good, active: false });
    expect(active).toBe(false);
    expect((await signIn(String(username), good)).status).toBe(401);
  });
});

describe("US11-US15 reading users", () => {
  let who: Person;
  const all = ["role_ids", "user_credential", "access_keys"];
  const options = "include_role_ids=true&include_user_credential=true&include_access_keys=true";

  beforeAll(async () => {
    who = await person(here, ["Member"]);
    await accessKeyOf(who, "nightly");
    await tokenOf(stage.api, who);
  });

  const inList = (answer: { body: unknown }) =>
    (answer.body as { users: User[] }).users.find(({ id }) => id === who.id.toUpperCase());

  test("US11 lists tell no more than they are asked for", async () => {
    for (const path of [`/${here}/users`, `/users/email/${who.email}`]) {
      for (const field of all) expect(inList(await api("GET", path))).not.toHaveProperty(field);
      for (const field of all) expect(inList(await api("GET", `${path}?${options}`))).toHaveProperty(field);
    }
  });

  test("US12 role_id narrows the list", async () => {
    const role = await roleOf(here);
    await sql("insert into user_roles (user_id, role_id) values ($1, $2)", who.id, role);
    const { users } = (await api("GET", `/${here}/users?role_id=${role}`)).body as { users: User[] };
    expect(users.map(({ id }) => id)).toEqual([who.id.toUpperCase()]);
    expect((await api("GET", `/${here}/users?role_id=${crypto.randomUUID()}`)).body).toEqual({ users: [] });
  });

  test("US13 single users are told with everything, unless asked otherwise", async () => {
    const { id, username } = who;
    for (const path of [
      `/${here}/users/${id}`,
      `/user/${id}`,
      `/user/username/${username}`,
      `/user/email/${username}`,
    ]) {
      const { body } = await api("GET", path);
      for (const field of all) expect(body).toHaveProperty(field);
      const less = await api("GET", `${path}?${options.replaceAll("true", "false")}`);
      for (const field of all) expect(less.body).not.toHaveProperty(field);
    }
  });

  test("US14 user_credential has nothing secret in it", async () => {
    const { body, text } = await api("GET", `/user/${who.id}`);
    const { user_credential } = body as { user_credential: object };
    expect(Object.keys(user_credential).sort()).toEqual([
      "created",
      "last_login",
      "modified",
      "one_time_password",
      "version",
    ]);
    expect(text).not.toMatch(/argon2|hash|secret/i);
  });

  test("US15 unknown users are 404, by e-mail an empty list", async () => {
    const nobody = crypto.randomUUID();
    for (const path of [`/${here}/users/${nobody}`, `/${here}/users/nonsense`, `/user/${nobody}`, `/user/x`])
      expect((await api("GET", path)).status).toBe(404);
    for (const path of ["/user/username/nobody", "/user/email/nobody", `/user/${stage.ben.id}`])
      expect((await api("GET", path)).status).toBe(404);
    for (const path of ["roles", "role_ids", "permissions", "access_keys"])
      expect((await api("GET", `/${here}/users/${nobody}/${path}`)).status).toBe(404);
    expect((await api("GET", "/users/email/nobody@example.org")).body).toEqual({ users: [] });
  });

  test("US18 user/email looks for the username", async () => {
    const email = newEmail();
    await update(who.id, { email });
    expect((await api("GET", `/user/email/${email}`)).status).toBe(404);
    expect((await api("GET", `/user/email/${who.username}`)).body).toMatchObject({ email });
    expect((await api("GET", `/users/email/${email}`)).body).toMatchObject({ users: [{ username: who.username }] });
  });

  test("people of managed accounts are found as well, and of no others", async () => {
    const below = await managedBy(here, "Below");
    const there = await person(below, []);
    expect((await api("GET", `/user/${there.id}`)).body).toMatchObject({ account_id: below });
    expect((await api("GET", `/user/username/${there.username}`)).body).toMatchObject({ account_id: below });
    expect((await api("GET", `/user/username/${stage.ben.username}`)).status).toBe(404);
  });
});

describe("US16-US23 changing users", () => {
  test("US16, US19 the version grows; what is empty is cleared", async () => {
    const { id } = await made({
      phone: "123-555-0123",
      mobile_phone: "123-555-0124",
      webhook_url: "https://example.com",
    });
    expect((await update(id, { name: "Bob Odenkirk" })).body).toMatchObject({ name: "Bob Odenkirk", version: 2 });
    const cleared = (await update(id, { phone: "", mobile_phone: "", webhook_url: "" })).body as User;
    expect(cleared.version).toBe(3);
    for (const field of ["phone", "mobile_phone", "webhook_url"]) expect(cleared).not.toHaveProperty(field);
  });

  test("X2 an empty name and address are not given", async () => {
    const { id, email } = await made();
    const answer = await update(id, { name: "", email: "", phone: "123-555-0199" });
    expect(answer.body).toMatchObject({ name: "Bob Dobalina", email, phone: "123-555-0199" });
  });

  test("US20 administrators set others' passwords, once if they say so; every token of theirs ends", async () => {
    const { id, username } = await made({ password: good });
    const token = await tokenOf(stage.api, { username: String(username), password: good });
    expect((await update(id, { password: "weak" })).body).toEqual({ error: "weak_password" });
    expect((await update(id, { password: good })).body).toEqual({ error: "password_reuse_prevented" });
    handedOut.add("Copper-Lantern-83");
    expect((await update(id, { password: "Copper-Lantern-83" }, "?one_time_password=true")).status).toBe(200);
    expect((await as(stage.api, token)("GET", "/token_info")).status).toBe(401);
    expect((await signIn(String(username), "Copper-Lantern-83")).body).toEqual({ error: "password_expired" });
  });

  test("US23 about oneself, password, active, notifications_only and email are passed over, the rest applies", async () => {
    const answer = await update(admin.id, {
      password: "Copper-Lantern-83",
      active: false,
      notifications_only: true,
      email: newEmail(),
      name: "Myself",
    });
    expect([answer.status, answer.body]).toMatchObject([200, { name: "Myself", active: true, email: admin.email }]);
    expect((await signIn(admin.username, admin.password)).status).toBe(200);
  });

  test("deactivating ends every token at once", async () => {
    const { id, username } = await made({ password: good });
    const token = await tokenOf(stage.api, { username: String(username), password: good });
    expect((await update(id, { active: false })).body).toMatchObject({ active: false });
    expect((await as(stage.api, token)("GET", "/token_info")).status).toBe(401);
  });
});

describe("US21, US22, US24 deleting users", () => {
  const remove = (id: string) => api("DELETE", `/${here}/users/${id}`);

  test("US21 who is deleted is gone; who is not there is gone already", async () => {
    const { id } = await made();
    for (const which of [id, id, crypto.randomUUID(), "nonsense"]) expect((await remove(which)).status).toBe(204);
    expect((await api("GET", `/user/${id}`)).status).toBe(404);
  });

  test("US22 oneself: self_delete_error", async () => {
    const answer = await remove(admin.id);
    expect([answer.status, answer.body]).toEqual([400, { error: "self_delete_error" }]);
  });

  test("US24 the last administrator stays: last_administrator", async () => {
    const own = await account("Last of users");
    const last = await person(own, ["Administrator"]);
    const nearly = await person(own, []);
    const id = await roleOf(own, { "*:*:*:*": "allowed", "nothing:own:nothing:nothing": "denied" });
    await sql("insert into user_roles (user_id, role_id) values ($1, $2)", nearly.id, id);
    const other = as(stage.api, await tokenOf(stage.api, nearly));
    expect((await other("DELETE", `/${own}/users/${last.id}`)).body).toEqual({ error: "last_administrator" });
    expect((await other("POST", `/${own}/users/${last.id}`, { active: false })).body).toEqual({
      error: "last_administrator",
    });
    await grant((await person(own, [])).id, "Administrator");
    expect((await other("DELETE", `/${own}/users/${last.id}`)).status).toBe(204);
  });

  test("somebody of another account is nobody, and stays", async () => {
    await remove(stage.ben.id);
    expect(await sql("select id from users where id = $1", stage.ben.id)).toHaveLength(1);
  });
});

test("a change over AIMS is on record like any other, with who and where", async () => {
  const { id } = await made();
  await update(id, { phone: "123-555-0123" });
  const [entry] = await sql("select * from audit_entries where target = $1 order by id desc limit 1", id.toLowerCase());
  expect(entry).toMatchObject({
    action: "users.update",
    actor_id: admin.id,
    account_id: here,
    credential_kind: "session",
  });
});
