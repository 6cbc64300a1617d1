import { beforeAll, describe, expect, test } from "vitest";
import { deleteRole } from "#lib/access/roles/delete.ts";
import { updateRole } from "#lib/access/roles/update.ts";
import { createAccessKey } from "#lib/machines/access-keys/create.ts";
import { updateApiUser } from "#lib/machines/api-users/update.ts";
import { updateGroup } from "#lib/people/groups/update.ts";
import { account, type Cast, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { aimsToken, bearer, sessionOf } from "#tests/credentials.ts";
import { issue, more, openScene, stateOf, ways } from "#tests/outgrowing.ts";
import { allow, by, deny, give, groupRow, holder, roleRow } from "#tests/rights.ts";
import { apiTokenOf, apiUserRow } from "#tests/samples/api-users.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { grantRole } from "../roles/grant.ts";
import { revokeRole } from "../roles/revoke.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "100000" });
  api = await openTestApi();
});

/** How often somebody was told of an event, in these words. */
async function told(who: Pick<Person, "id">, event: string, subject = "") {
  const is = "name = 'notice' and data->>'userId' = $1 and data->>'event' = $2 and data->>'subject' like $3";
  return (await sql(`select from jobs.job where ${is}`, who.id, event, `%${subject}%`)).length;
}

const ended = (id: string) =>
  sql<{ details: Record<string, unknown> }>(
    `select details from audit_entries where action in ('access_keys.delete', 'api_users.drop_secret')
       and (target = $1 or details ->> 'droppedSecret' = $1)`,
    id,
  );

const choices = ["none", "outgrown"] as const;
const matrix = ways.flatMap((way) => choices.map((endSecretsOf) => [...way, endSecretsOf] as const));

describe("what somebody made with which another signs in", () => {
  test.each(matrix)("%s: by %s, it is outgrown", async (kind, _, prepare, endSecretsOf) => {
    const scene = await openScene(cast, kind);
    const change = await prepare(scene);
    const [outgrown, fitting] = [await issue(scene, scene.weak.id), await issue(scene, cast.ada.id)];
    const states = async () => [await stateOf(scene, outgrown), await stateOf(scene, fitting)];
    const trial = await change({ endSecretsOf, dryRun: true });
    expect(await states()).toEqual(["alive", "alive"]);
    const [ends, isKey] = [endSecretsOf === "outgrown", kind === "access_key"];
    expect(trial.outgrown).toMatchObject({ accessKeys: isKey ? 1 : 0, secrets: isKey ? 0 : 1, ended: ends });
    expect(trial.outgrown.items).toMatchObject([
      { kind, id: outgrown, holder: { id: scene.id }, madeBy: { id: scene.weak.id } },
    ]);
    expect((await change({ endSecretsOf })).outgrown).toEqual(trial.outgrown);
    expect(await states()).toEqual([ends ? "ended" : "marked", "alive"]);
    expect(await ended(outgrown)).toHaveLength(ends ? 1 : 0);
    for (const who of isKey ? [scene.weak, { id: scene.id }] : [scene.weak])
      expect(await told(who, "secret_outgrown")).toBe(ends ? 0 : 1);
  });

  test("goes on, marked, unless its end is chosen, and the administrators are told once", async () => {
    const scene = await openScene(cast, "access_key");
    const key = await issue(scene, scene.weak.id);
    const before = await told(cast.ada, "secret_outgrown");
    await by(cast.ada, grantRole, { userId: scene.id, roleId: await roleRow(cast.here, more) });
    expect(await stateOf(scene, key)).toBe("marked");
    await by(cast.ada, grantRole, { userId: scene.id, roleId: await roleRow(cast.here, allow("admin:own:*:user")) });
    expect(await told(cast.ada, "secret_outgrown")).toBe(before + 1);
  });

  test("ends with what was opened with it, and whom it concerns is told", async () => {
    const user = await apiUserRow(cast.here);
    const scene = { cast, kind: "api_user_secret" as const, id: user.id };
    const weak = await holder(cast.here, allow("admin:own:*:api_user"));
    const secretId = await issue(scene, weak.id);
    await sql("update api_user_secrets set created_by = $2 where id = $1", user.secretId, cast.ada.id);
    const opens = async (headers: Record<string, string>) =>
      (await api.request("/api/v1/tokens/verify", { headers })).status === 200;
    const [weaks, adas] = [bearer(await apiTokenOf({ ...user, secretId })), bearer(await apiTokenOf(user))];
    expect([await opens(weaks), await opens(adas)]).toEqual([true, true]);
    const roleIds = [await roleRow(cast.here, more)];
    await by(cast.ada, updateGroup, { groupId: user.groupId, roleIds, endSecretsOf: "outgrown" });
    expect([await opens(weaks), await opens(adas)]).toEqual([false, true]);
    const subject = `A secret of the API user ${user.login} ended`;
    for (const who of [weak, cast.ada]) expect(await told(who, "api_user_secret", subject)).toBe(1);
  });

  test("tells the person of an access key why it ended", async () => {
    const scene = await openScene(cast, "access_key");
    const key = await issue(scene, scene.weak.id);
    const roleId = await roleRow(cast.here, more);
    await by(cast.ada, grantRole, { userId: scene.id, roleId, endSecretsOf: "outgrown" });
    expect(await told(scene, "access_key_deleted", "An access key of yours was deleted")).toBe(1);
    expect((await ended(key))[0]?.details).toMatchObject({ reason: "its maker holds less than its person now" });
    const maker = await holder(cast.here, more);
    const lost = await issue(scene, maker.id);
    const [held] = await sql<{ role_id: string }>("select role_id from user_roles where user_id = $1", maker.id);
    await by(cast.ada, revokeRole, { userId: maker.id, roleId: held?.role_id, endSecretsOf: "outgrown" });
    expect((await ended(lost))[0]?.details).toMatchObject({ reason: "its maker may do less than before" });
  });

  test("stays as it is when its person gets what its maker holds as well", async () => {
    const scene = await openScene(cast, "access_key");
    const key = await issue(scene, scene.weak.id);
    const roleId = await roleRow(cast.here, allow("admin:own:create:access_key"));
    const { outgrown } = await by(cast.ada, grantRole, { userId: scene.id, roleId, endSecretsOf: "outgrown" });
    expect([await stateOf(scene, key), outgrown.accessKeys]).toEqual(["alive", 0]);
  });

  test("is outgrown by what its maker loses while they cannot sign in", async () => {
    const scene = await openScene(cast, "access_key");
    await give(scene.id, await roleRow(cast.here, more));
    const maker = await holder(cast.here, more);
    const key = await issue(scene, maker.id);
    const [held] = await sql<{ role_id: string }>("select role_id from user_roles where user_id = $1", maker.id);
    await sql("update users set active = false where id = $1", maker.id);
    await by(cast.ada, revokeRole, { userId: maker.id, roleId: held?.role_id });
    expect(await stateOf(scene, key)).toBe("marked");
  });

  test("of oneself is never outgrown", async () => {
    const scene = await openScene(cast, "access_key");
    const key = await issue(scene, scene.id);
    await sql("update users set active = false where id = $1", scene.id);
    const roleId = await roleRow(cast.here, more);
    await by(cast.ada, grantRole, { userId: scene.id, roleId, endSecretsOf: "outgrown" });
    expect(await stateOf(scene, key)).toBe("alive");
  });

  test("of somebody who left is outgrown by no change that gives its API user nothing", async () => {
    const scene = await openScene(cast, "api_user_secret");
    const gone = await person(cast.here, []);
    const other = await apiUserRow(cast.here);
    const [held, alike, others] = [
      await roleRow(cast.here, { ...more, ...deny("admin:own:update:user") }),
      await roleRow(cast.here, { ...more, ...deny("admin:own:*:user") }),
      await roleRow(cast.here, more),
    ];
    await sql(
      "insert into group_roles (group_id, role_id, account_id) values ($1, $2, $3)",
      scene.groupId,
      held,
      cast.here,
    );
    const kept = await issue(scene, gone.id);
    await sql("delete from users where id = $1", gone.id);
    const elsewhere = await groupRow(cast.here, [], [others]);
    await by(cast.ada, updateApiUser, { apiUserId: other.id, groupIds: [elsewhere], endSecretsOf: "outgrown" });
    await by(cast.ada, updateGroup, { groupId: scene.groupId, roleIds: [alike], endSecretsOf: "outgrown" });
    const permissions = deny("admin:own:*:user");
    await by(cast.ada, updateRole, { roleId: alike, permissions, endSecretsOf: "outgrown" });
    await by(cast.ada, deleteRole, { roleId: others, endSecretsOf: "outgrown" });
    expect(await stateOf(scene, kept)).toBe("alive");
    await by(cast.ada, updateRole, { roleId: alike, permissions: more, endSecretsOf: "outgrown" });
    expect(await stateOf(scene, kept)).toBe("ended");
  });

  test("is marked until its maker could give all of it again, or it is replaced", async () => {
    const scene = await openScene(cast, "access_key");
    const key = await issue(scene, scene.weak.id);
    const roleId = await roleRow(cast.here, more);
    await by(cast.ada, grantRole, { userId: scene.id, roleId });
    expect(await stateOf(scene, key)).toBe("marked");
    const replaced = await by(cast.ada, createAccessKey, { userId: scene.id });
    expect([replaced.outgrownAt, await stateOf(scene, replaced.id)]).toEqual([null, "alive"]);
    await by(cast.ada, grantRole, { userId: scene.weak.id, roleId });
    expect(await stateOf(scene, key)).toBe("alive");
  });
});

describe("to end what is outgrown", () => {
  test("takes all that its holder holds, and nothing is changed without it", async () => {
    const scene = await openScene(cast, "access_key");
    await give(scene.id, await roleRow(cast.here, { ...more, ...allow("pro:own:*:*") }));
    const maker = await holder(cast.here, allow("pro:own:*:*"));
    const roleId = await roleRow(cast.here, more);
    await give(maker.id, roleId);
    const key = await issue(scene, maker.id);
    const helper = await holder(cast.here, allow("admin:own:*:user", "admin:own:*:role"));
    const asked = { userId: maker.id, roleId };
    await expect(by(helper, revokeRole, { ...asked, endSecretsOf: "outgrown" })).rejects.toMatchObject({
      code: "privilege_escalation",
      details: { errors: [{ pointer: "/endSecretsOf", code: "privilege_escalation" }] },
    });
    expect(await stateOf(scene, key)).toBe("alive");
    await by(helper, revokeRole, asked);
    expect(await stateOf(scene, key)).toBe("marked");
  });

  test("takes a relationship with the account where it is", async () => {
    const [managing, managed] = [await account("Managing"), await account("Managed")];
    const administrator = await person(managing, ["Administrator"]);
    const roleId = await roleRow(managing, allow("admin:managed:*:*"));
    const maker = await person(managing, []);
    await give(maker.id, roleId);
    const owner = await person(managed, []);
    await give(owner.id, await roleRow(managed, more));
    const scene = { cast: { ...cast, here: managed }, kind: "access_key" as const, id: owner.id };
    const key = await issue(scene, maker.id);
    await manage(managing, managed);
    const asked = { userId: maker.id, roleId, endSecretsOf: "outgrown" };
    const { outgrown } = await by(administrator, revokeRole, { ...asked, dryRun: true });
    expect(outgrown).toEqual({ accessKeys: 1, secrets: 0, ended: true, items: [] });
    const further = await account("Further");
    await manage(further, managing);
    const stranger = await person(further, ["Administrator"]);
    await expect(by(stranger, revokeRole, { ...asked, accountId: managing })).rejects.toMatchObject({
      details: { errors: [{ pointer: "/endSecretsOf" }] },
    });
    expect(await stateOf(scene, key)).toBe("alive");
    await by(administrator, revokeRole, asked);
    expect(await stateOf(scene, key)).toBe("ended");
  });
});

describe("what a change outgrows", () => {
  test("is named to whoever may list it, and otherwise counted", async () => {
    const scene = await openScene(cast, "access_key");
    const roleId = await roleRow(cast.here, more);
    await issue(scene, scene.weak.id);
    const rights = allow("admin:own:*:user", "admin:own:grant:role", "admin:own:create:access_key");
    const blind = await holder(cast.here, rights);
    const seeing = await holder(cast.here, { ...rights, ...allow("admin:own:list:access_key") });
    const asked = { userId: scene.id, roleId, dryRun: true };
    expect((await by(blind, grantRole, asked)).outgrown).toMatchObject({ accessKeys: 1, items: [] });
    expect((await by(seeing, grantRole, asked)).outgrown).toMatchObject({ accessKeys: 1, items: [{}] });
  });

  test("is counted alone for an account that was not given the right to list it", async () => {
    const scene = await openScene(cast, "access_key");
    await issue(scene, scene.weak.id);
    const asked = { userId: scene.id, roleId: await roleRow(cast.here, more), accountId: cast.here, dryRun: true };
    const given = Object.keys(more).map((pattern) => pattern.replace(":own:", ":managed:"));
    const outgrownFor = async (...rights: string[]) => {
      const managing = await account("Managing");
      await manage(managing, cast.here, [...given, "admin:managed:*:user", "admin:managed:*:role", ...rights]);
      return (await by(await person(managing, ["Administrator"]), grantRole, asked)).outgrown;
    };
    expect(await outgrownFor()).toMatchObject({ accessKeys: 1, items: [] });
    expect(await outgrownFor("admin:managed:list:access_key")).toMatchObject({ accessKeys: 1, items: [{}] });
  });

  test("is told to nobody of an account that does not manage that one, even if they made it", async () => {
    const scene = await openScene(cast, "access_key");
    const key = await issue(scene, cast.dan.id);
    const asked = { userId: scene.id, roleId: await roleRow(cast.here, more) };
    expect((await by(cast.ada, grantRole, asked)).outgrown.items).toMatchObject([{ madeBy: null }]);
    expect([await stateOf(scene, key), await told(cast.dan, "secret_outgrown")]).toEqual(["marked", 0]);
    expect(await told(scene, "secret_outgrown")).toBe(1);
  });

  test("is asked for without a trace on record", async () => {
    const scene = await openScene(cast, "access_key");
    await issue(scene, scene.weak.id);
    const asked = { userId: scene.id, roleId: await roleRow(cast.here, more) };
    await by(cast.ada, grantRole, { ...asked, dryRun: true });
    const noted = () => sql<{ details: object }>("select details from audit_entries where target = $1", scene.id);
    expect([await noted(), await told(scene, "rights_changed")]).toEqual([[], 0]);
    await by(cast.ada, grantRole, asked);
    expect((await noted()).map(({ details }) => details)).toMatchObject([
      { outgrown: { accessKeys: 1, secrets: 0, ended: false } },
    ]);
  });

  test("is asked for in the query where there is no body", async () => {
    const scene = await openScene(cast, "access_key");
    const roleId = await roleRow(cast.here, deny("*:*:*:*"));
    await give(scene.id, roleId);
    await give(scene.id, await roleRow(cast.here, more));
    await issue(scene, scene.weak.id);
    const headers = bearer(await sessionOf(cast.ada));
    const ask = (query: string) => api.request(`/api/v1/roles/${roleId}${query}`, { method: "DELETE", headers });
    expect((await ask("?dryRun=true&endSecretsOf=outgrown")).body).toMatchObject({
      outgrown: { accessKeys: 1, ended: true },
    });
    expect([(await ask("?endSecretsOf=all")).status, (await ask("")).status, (await ask("")).status]).toEqual([
      422, 200, 404,
    ]);
  });

  test("goes on over the AIMS API, marked, and the administrators are told", async () => {
    const scene = await openScene(cast, "access_key");
    const key = await issue(scene, scene.weak.id);
    const roleId = await roleRow(cast.here, more);
    const before = await told(cast.ada, "secret_outgrown");
    const path = `/aims/v1/${cast.here}/users/${scene.id}/roles/${roleId}`;
    const answer = await api.request(path, { ...json(undefined, await aimsToken(cast.ada)), method: "PUT" });
    expect([answer.status, await stateOf(scene, key)]).toEqual([204, "marked"]);
    expect(await told(cast.ada, "secret_outgrown")).toBe(before + 1);
  });
});
