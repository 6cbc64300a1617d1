import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { basic } from "#tests/aims/client.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf } from "#tests/credentials.ts";
import { accessKeyOf } from "#tests/samples/access-keys.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let cast: Cast;
let api: TestApi;
let who: Person;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
});

beforeEach(async () => {
  who = await person(cast.here, ["Member"]);
});

type Key = { id: string; secret: string };

const signIn = ({ id, secret }: Key) =>
  api.request("/aims/v1/authenticate", { method: "POST", headers: basic(id, secret) });

/** Signs in with a key; the answer to the token it got, whenever that is asked for. */
async function open(key: Key) {
  const { authentication } = (await signIn(key)).body as { authentication: { token: string } };
  const headers = { "x-aims-auth-token": authentication.token };
  return async () => (await api.request("/aims/v1/token_info", { headers })).status;
}

describe("your access keys", () => {
  test("are listed for you, with who made them, and are yours to delete", async () => {
    const [key, other] = [await accessKeyOf(who, "nightly export"), await accessKeyOf(cast.ben)];
    await sql("update access_keys set created_by = $2 where id = $1", key.id, cast.ada.id);
    const headers = bearer(await sessionOf(who));
    const ask = await open(key);
    const listed = await api.request("/api/v1/me/access-keys", { headers });
    expect(listed.body).toMatchObject({
      items: [{ id: key.id, label: "nightly export", createdBy: { id: cast.ada.id, accountName: "Quarry" } }],
    });
    const remove = (id: string) => api.request(`/api/v1/me/access-keys/${id}`, { method: "DELETE", headers });
    expect([(await remove(other.id)).status, await ask()]).toEqual([404, 200]);
    expect((await remove(key.id)).status).toBeLessThan(300);
    expect([await ask(), (await signIn(key)).status, (await remove(key.id)).status]).toEqual([401, 401, 404]);
    expect((await signIn(other)).status).toBe(200);
  });

  test("are called what you like; another's is not there", async () => {
    const [key, other] = [await accessKeyOf(who), await accessKeyOf(cast.ben, "theirs")];
    const headers = bearer(await sessionOf(who));
    const rename = (id: string) =>
      api.request(`/api/v1/me/access-keys/${id}`, { method: "PATCH", ...json({ label: "export" }, headers) });
    expect((await rename(key.id)).body).toEqual({ id: key.id, label: "export" });
    expect((await rename(other.id)).status).toBe(404);
    expect(await sql("select label from access_keys where id = $1", other.id)).toEqual([{ label: "theirs" }]);
  });

  test("tell whether the account lets them sign in, you and administrators alike", async () => {
    const asked = async () => {
      const own = await api.request("/api/v1/me/access-keys", { headers: bearer(await sessionOf(who)) });
      const path = `/api/v1/users/${who.id}/access-keys`;
      const theirs = await api.request(path, { headers: bearer(await sessionOf(cast.ada)) });
      return [own, theirs].map(({ body }) => (body as { allowed: boolean }).allowed);
    };
    expect(await asked()).toEqual([true, true]);
    await sql("update accounts set access_keys_allowed = false where id = $1", cast.here);
    expect(await asked()).toEqual([false, false]);
    await sql("update accounts set access_keys_allowed = true where id = $1", cast.here);
  });

  test("end when you secure your account and tick them, with what they opened", async () => {
    const [key, other] = [await accessKeyOf(who), await accessKeyOf(cast.ben)];
    const headers = bearer(await sessionOf(who));
    const ask = await open(key);
    expect((await api.request("/api/v1/me/secure", { headers })).body).toMatchObject({ accessKeys: 1 });
    const secure = (input: object) =>
      api.request("/api/v1/me/secure", { method: "POST", ...json({ username: who.username, ...input }, headers) });
    expect((await secure({ revokeTokens: true })).body).toMatchObject({ deletedAccessKeys: 0 });
    expect(await ask()).toBe(200);
    expect((await secure({ deleteAccessKeys: true })).body).toMatchObject({ deletedAccessKeys: 1 });
    expect([await ask(), (await signIn(key)).status, (await signIn(other)).status]).toEqual([401, 401, 200]);
  });
});

/** How a session says which key opened it: by the key alone, or as processes of the version before write it. */
const writtenBy = [
  ["this version", "update sessions set factors = '{}' where access_key_id = $1"],
  ["the version before", "update sessions set access_key_id = null where access_key_id = $1"],
];

describe.each(writtenBy)("a session that a key opened, written by %s", (_, rewrite) => {
  test("ends with the key, and that of another key does not", async () => {
    const [key, other] = [await accessKeyOf(who), await accessKeyOf(who)];
    const [ask, askOther] = [await open(key), await open(other)];
    await sql(rewrite, key.id);
    expect(await ask()).toBe(200);
    const headers = bearer(await sessionOf(who));
    await api.request(`/api/v1/me/access-keys/${key.id}`, { method: "DELETE", headers });
    expect([await ask(), await askOther()]).toEqual([401, 200]);
  });

  test("proves nobody who needs a fresh proof", async () => {
    const key = await accessKeyOf(cast.ada);
    const { authentication } = (await signIn(key)).body as { authentication: { token: string } };
    await sql(rewrite, key.id);
    const headers = { "x-aims-auth-token": authentication.token };
    const remove = `/aims/v1/user/mfa/${cast.ada.username}`;
    expect((await api.request(remove, { method: "DELETE", headers })).status).toBe(403);
  });
});

test("whoever deletes a key's row, its sessions are gone", async () => {
  const [key, other] = [await accessKeyOf(who), await accessKeyOf(who)];
  const [ask, askOther] = [await open(key), await open(other)];
  await sql("delete from access_keys where id = $1", key.id);
  expect([await ask(), await askOther()]).toEqual([401, 200]);
});
