import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { enrolUri, methodsOfAims, openClient } from "#tests/aims/al-core.ts";
import { managedBy } from "#tests/aims/requests.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { codeOf, linkOf } from "#tests/factors.ts";
import { accessKeyOf } from "#tests/samples/access-keys.ts";
import { openTestApi } from "#tests/test-api.ts";

let client: ReturnType<typeof openClient>;
let aims: typeof client.aims;
let here: string;
let below: string;
let admin: Person;
const host = "portal.example";

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000", APP_URL: `https://${host}` });
  client = openClient((await openTestApi()).origin);
  aims = client.aims;
  here = await account("Real client");
  below = await managedBy(here, "Below the real client");
  admin = await person(here, ["Administrator"], "real-client");
});

/** Ids as AIMS writes them. */
const idOf = ({ id }: { id: string }) => id.toUpperCase();

/** What the client throws for a refusal: status and key. */
const refused = (call: Promise<unknown>, status: number, error?: string) =>
  expect(call).rejects.toMatchObject({ status, data: error ? { error } : "" });

let made = 0;

/** Makes somebody through the client, with a password. */
async function newcomer(accountId = here) {
  const [email, password] = [`made${++made}@example.org`, "Violet-Kettle-29"];
  const { id = "" } = await aims.createUserWithDetails(accountId, { name: `Made ${made}`, email, password });
  return { id, email, username: email, password };
}

async function keyOf(who: Person) {
  const { id, secret } = await accessKeyOf(who);
  return { username: id, password: secret };
}

const secret = "GFZSA5CINFJSA4ZTNNZDG5BAKM2EMMZ7";
const twoCodes = async () => [await codeOf(secret, -1), await codeOf(secret)];

describe("signing in", () => {
  test("with name and password: the session knows who it is, and until when", async () => {
    const { session } = client;
    expect((await client.signIn(admin)).result).toBe("authenticated");
    expect([session.isActive(), session.getUserId(), session.getUserEmail()]).toEqual([true, idOf(admin), admin.email]);
    expect([session.getPrimaryAccountId(), session.getActingAccountName()]).toEqual([here, "Real client"]);
    expect(session.getActiveDatacenter()).toBe("insight-us-virginia");
    expect(session.getTokenExpiry()).toBeGreaterThan(Date.now() / 1000 + 3600);
  });

  test("with an access key", async () => {
    expect((await client.signIn(await keyOf(admin))).result).toBe("authenticated");
    expect(client.session.getUserId()).toBe(idOf(admin));
  });

  test("with a token that is there already", async () => {
    const { authentication } = await client.signIn(admin);
    const token = client.session.getToken();
    client.signOut();
    await authentication.authenticateWithAccessToken(token);
    expect([client.session.isActive(), client.session.getUserId()]).toEqual([true, idOf(admin)]);
  });

  test("not with a wrong password", async () => {
    const { result } = await client.signIn({ ...admin, password: "Wrong-Password-1" });
    expect([result, client.session.isActive()]).toEqual(["failed", false]);
  });

  test.each([
    ["failed", "active = false"],
    ["password_expired", "password_once = true"],
    ["account_locked", "locked_until = 'infinity'"],
  ])("%s for somebody with %s", async (result, state) => {
    const who = await person(here, []);
    await sql(`update users set ${state} where id = $1`, who.id);
    expect((await client.signIn(who)).result).toBe(result);
  });

  test("where a second factor is required: enrols, proves it, and has it removed", async () => {
    const strict = await account("Strict");
    const keeper = await keyOf(await person(strict, ["Administrator"]));
    await client.signIn(keeper);
    const who = await newcomer(strict);
    expect(await aims.requireMFA(strict, true)).toMatchObject({ id: strict, mfa_required: true });
    const first = await client.signIn(who);
    expect(first.result).toBe("mfa_enrollment_required");
    const sessionToken = first.authentication.getSessionToken();
    const enrolled = await aims.enrollMFA(enrolUri(who.email, secret), sessionToken, await twoCodes());
    expect(enrolled).toMatchObject({ id: who.id, mfa_enabled: true });
    const { result, authentication } = await client.signIn(who);
    expect(result).toBe("mfa_verification_required");
    expect(await authentication.validateMfaCode("000000")).toBe("failed");
    expect(await authentication.validateMfaCode(await codeOf(secret, 1))).toBe("authenticated");
    await refused(aims.deleteMFA(who.email), 403);
    await client.signIn(keeper);
    expect(await aims.requireMFA(strict, false)).toMatchObject({ mfa_required: false });
    expect(await aims.deleteMFA(who.email)).toMatchObject({ id: who.id, mfa_enabled: false });
    expect((await client.signIn(who)).result).toBe("authenticated");
  });
});

describe("as an administrator", () => {
  beforeEach(async () => {
    await client.signIn(admin);
  });

  test("the token says whose it is, and what roles they have", async () => {
    const token = client.session.getToken();
    // As long as it has a session, the client sends that one's token in place of the one it was given.
    client.signOut();
    expect(await aims.getTokenInfo(token)).toMatchObject({
      user: { id: idOf(admin) },
      account: { id: here },
      entity_type: "user",
      requester_id: `${here}:user:${idOf(admin)}`,
      roles: [{ name: "Administrator", account_id: "*" }],
    });
    await refused(aims.getTokenInfo("lk_aim_nonsense"), 401);
  });

  test("accounts: details, relationships, topology", async () => {
    expect(await aims.getAccountDetails(here)).toMatchObject({ id: here, name: "Real client", active: true });
    await refused(aims.getAccountDetails("99999999"), 403);
    await refused(aims.getAccountOrganization(here), 404);
    expect(await aims.getAccountIdsByRelationship(here, "managed")).toEqual([below]);
    expect(await aims.getAccountsByRelationship(here, "managed")).toMatchObject([{ id: below }]);
    expect(await aims.getAccountsByRelationship(below, "managing")).toMatchObject([{ id: here }]);
    expect(await client.session.getManagedAccounts()).toMatchObject([{ id: below }]);
    const topology = { id: here, managed: [{ id: below, managed: [] }] };
    expect(await aims.getAccountRelationshipTopology(here, "managed")).toEqual(topology);
    expect(await aims.getAccountsIdsByRelationship(here, "managed")).toEqual([here, below]);
    await refused(aims.getAccountsByRelationship(here, "loved"), 400, "invalid_relationship");
    await aims.setAccountIdleThreshold(here, 900);
    expect(await aims.getAccountDetails(here)).not.toHaveProperty("idle_session_timeout");
    await client.session.setActingAccount(below);
    expect(client.session.getActingAccountName()).toBe("Below the real client");
  });

  test("users: made, listed, read, changed, deleted", async () => {
    const { id = "", ...user } = await aims.createUser(here, "Grace", "grace@example.org", "123-555-0123");
    expect(user).toMatchObject({ name: "Grace", username: "grace@example.org", active: true, linked_users: [] });
    await refused(aims.createUser(here, "Grace", "Grace@example.org", "123-555-0123"), 409, "user_exists");
    const facts = { id, account_id: here, mobile_phone: "123-555-0123", role_ids: [], mfa_enabled: false };
    expect(await aims.getUserDetailsById(here, id)).toMatchObject(facts);
    expect(await aims.getUserDetailsByUserId(id)).toMatchObject(facts);
    expect(await aims.getUserDetails(here, id, { include_role_ids: true })).toMatchObject(facts);
    const renamed = await aims.updateUserDetails(here, id, { name: "Grace H." });
    expect(renamed).toMatchObject({ name: "Grace H.", version: 2 });
    expect(await aims.getUserPermissions(here, id)).toEqual({ permissions: [] });
    const listed = { id, name: "Grace H." };
    expect(await aims.getUsers(here, { include_role_ids: true })).toContainEqual(expect.objectContaining(listed));
    expect(await aims.getUsersFromAccounts([here, below])).toContainEqual(expect.objectContaining(listed));
    expect(await aims.getUsersFromManagedRelationship(below)).toContainEqual(expect.objectContaining(listed));
    await aims.deleteUser(here, id);
    await refused(aims.getUserDetailsById(here, id), 404);
  });

  test("roles: made, read, granted, revoked, deleted", async () => {
    const permissions = { "*:own:get:*": "allowed" };
    const role = await aims.createRole(here, "Reader", permissions);
    expect(role).toMatchObject({ name: "Reader", account_id: here, permissions, version: 1 });
    const { id } = role as { id: string };
    expect(await aims.getAccountRole(here, id)).toEqual(role);
    const names = (roles: { name: string }[]) => roles.map(({ name }) => name);
    expect(names(await aims.getAccountRoles(here))).toEqual(expect.arrayContaining(["Administrator", "Reader"]));
    const [administrators] = (await aims.getGlobalRoles()).filter(({ name }) => name === "Administrator");
    expect(await aims.getGlobalRole(administrators?.id ?? "")).toEqual(administrators);
    const who = await newcomer();
    await aims.grantRole(here, who.id, id);
    expect(await aims.getAssignedRoles(here, who.id)).toEqual([role]);
    expect(await aims.getUserPermissions(here, who.id)).toEqual({ permissions: [permissions] });
    await aims.revokeRole(here, who.id, id);
    expect(await aims.getAssignedRoles(here, who.id)).toEqual([]);
    await refused(aims.grantRole(here, idOf(admin), id), 400, "self_grant_error");
    await aims.deleteRole(here, id);
    await refused(aims.getAccountRole(here, id), 404);
  });

  test("its ways of changing a role ask for a new one: made when it is whole, refused when it is not", async () => {
    const permissions = { "*:own:list:*": "allowed" };
    expect(await aims.updateRole(here, "Lister", permissions)).toMatchObject({ name: "Lister", permissions });
    await refused(aims.updateRoleName(here, "Lister 2"), 400, "missing_required_property");
    await refused(aims.updateRolePermissions(here, permissions), 400, "missing_required_property");
  });

  test("what the administrator may, others may not", async () => {
    await client.signIn(await newcomer());
    await refused(aims.getUsers(here), 403);
    await refused(aims.requireMFA(here, true), 403);
  });

  test("access keys: made, used, renamed, listed, deleted", async () => {
    const who = await newcomer();
    const { secret_key: password = "", ...key } = await aims.createAccessKey(here, who.id, "robot");
    const { access_key_id: username } = key;
    expect(key).toMatchObject({ user_id: who.id, account_id: here, label: "robot" });
    const renamed = { ...key, label: "robot 2", modified: expect.anything() };
    expect(await aims.updateAccessKey(username, "robot 2")).toEqual(renamed);
    expect(await aims.getAccessKey(username)).toEqual(renamed);
    expect(await aims.getAccessKeys(here, who.id)).toEqual([renamed]);
    expect((await client.signIn({ username, password })).result).toBe("authenticated");
    await client.signIn(admin);
    await aims.deleteAccessKey(here, who.id, username);
    expect(await aims.getAccessKeys(here, who.id)).toEqual([]);
    expect((await client.signIn({ username, password })).result).toBe("failed");
  });

  test("passwords: changed, forgotten, set anew", async () => {
    const who = await newcomer();
    client.signOut();
    await refused(aims.changePassword(who.email, who.password, "short"), 400, "weak_password");
    await aims.changePassword(who.email, who.password, "Copper-Lantern-83");
    expect((await client.signIn(who)).result).toBe("failed");
    await aims.initiateReset(who.email, "https://example.org");
    const link = await linkOf({ ...who, accountId: here, fullName: "" }, "reset", { email: who.email });
    await aims.resetWithToken(link, "Silver-Lantern-84");
    expect((await client.signIn({ ...who, password: "Silver-Lantern-84" })).result).toBe("authenticated");
  });

  test("an authenticator by password, without a session", async () => {
    const who = await newcomer();
    client.signOut();
    const uri = enrolUri(who.email, secret);
    const enrolled = await aims.enrollMFAWithoutAIMSToken(uri, await twoCodes(), who.email, who.password);
    expect(enrolled).toMatchObject({ id: who.id, mfa_enabled: true });
    expect((await client.signIn(who)).result).toBe("mfa_verification_required");
  });

  test("it finds the portal by asking where its services are", async () => {
    await client.throughProxy(host, async () => {
      expect(await aims.getAccountDetails(here)).toMatchObject({ id: here });
      expect(await aims.getUserDetailsByUserId(idOf(admin))).toMatchObject({ id: idOf(admin) });
    });
    expect(aims.lookupDefaultServiceEndpoint(here, "aims")).toBe(`https://${host}`);
  });
});

// The last one: the tests above have called all of it by now.
test("every method of the client was called", () => {
  expect(methodsOfAims.filter((name) => !client.asked.has(name))).toEqual([]);
});
