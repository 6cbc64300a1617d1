import { beforeAll, describe, expect, test } from "vitest";
import { mintSecret } from "#lib/core/crypto/secrets.ts";
import { account, type Cast, handedOut, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, cookieOf, type Headers, sessionOf, tokenOf } from "#tests/credentials.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";

const root = "/pro/user-manager/v1";
const keys = `${root}/user/@current/api-key`;
const older = "/pro-api/v1/api-keys";

let cast: Cast;
let api: TestApi;
let ada: string;
let ben: string;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
  ada = (await tokenOf(cast.ada, ["APIKey", "Authentication", "User", "Tasks"])).secret;
  ben = (await tokenOf(cast.ben, ["APIKey", "Tasks", "Session", "PublishAimms", "profile:read"])).secret;
});

function ask(method: string, path: string, key?: string, body?: unknown) {
  const headers: Record<string, string> = key === undefined ? {} : { apikey: key };
  return api.request(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

type Key = { name: string; expiration_date: string; scopes: string[]; value: string };

let serial = 0;

/** Makes a key; what was answered. */
async function make(fields: Record<string, unknown> = {}, base = keys, by = ben) {
  const answer = await ask("POST", base, by, { name: `key ${++serial}`, scopes: ["Tasks"], ...fields });
  const key = answer.body as Key;
  if (answer.status === 201) handedOut.add(key.value);
  return { ...answer, key };
}

const day = 86_400_000;
const dateIn = (days: number) => new Date(Date.now() + days * day).toISOString().slice(0, 10);

describe("AP1 the key stands in the header apikey, in any case (D)", () => {
  test.each(["apikey", "apiKey", "APIKEY"])("%s", async (header) => {
    expect((await api.request(keys, { headers: { [header]: ben } })).status).toBe(200);
  });
});

test("AP2 a bearer is taken as well; apikey decides where both are (P)", async () => {
  expect((await api.request(keys, { headers: bearer(ben) })).status).toBe(200);
  expect((await api.request(keys, { headers: { ...bearer(ben), apikey: "wrong" } })).status).toBe(401);
});

describe("AP3 missing or bad key: 401 (P)", () => {
  test.each([
    ["none", async () => ({})],
    ["nonsense", async () => ({ apikey: "nonsense" })],
    ["an empty one", async () => ({ apikey: "" })],
    ["an unknown one", async () => ({ apikey: mintSecret("pat") })],
    ["a session's token", async () => ({ apikey: await sessionOf(cast.ada) })],
    ["a session's token as a bearer", async () => bearer(await sessionOf(cast.ada))],
    ["a cookie", async () => cookieOf(await sessionOf(cast.ada))],
    ["another scheme", async () => ({ authorization: `Basic ${ben}` })],
  ])("%s", async (_, headers) => {
    const answer = await api.request(keys, { headers: await headers() });
    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, undefined]);
  });

  test("what was sent instead of a key is called by its name", async () => {
    const messageFor = async (apikey: string) => (await ask("GET", keys, apikey)).field("message");
    expect(await messageFor(await sessionOf(cast.ada))).toBe(
      "This is the token of a session, which is not what opens this. Send an API token: lk_pat_…",
    );
    expect(await messageFor(mintSecret("aus"))).toContain("the secret that an API user signs in with");
    expect(await messageFor(`${ben.slice(0, -1)}`)).toContain("cut off or changed");
    expect(await messageFor("nonsense")).toContain("no token of this portal");
  });

  test("an address that is not there is told to who has a good key", async () => {
    for (const [method, path, status] of [
      ["GET", `${root}/nowhere`, 404],
      ["PUT", keys, 405],
      ["POST", "/pro-api/v1", 404],
    ] as const)
      expect([path, (await ask(method, path, "wrong")).status, (await ask(method, path, ben)).status]).toEqual([
        path,
        401,
        status,
      ]);
  });

  test("an expired one, and one whose owner was switched off", async () => {
    const who = await person(cast.here, ["Member"]);
    const { secret, id } = await tokenOf(who, ["APIKey"]);
    expect((await ask("GET", keys, secret)).status).toBe(200);
    await sql("update users set active = false where id = $1", who.id);
    expect((await ask("GET", keys, secret)).status).toBe(401);
    await sql("update users set active = true where id = $1", who.id);
    await sql("update tokens set expires_at = now() where id = $1", id);
    expect((await ask("GET", keys, secret)).status).toBe(401);
  });
});

test("AP4 managing keys by key needs the scope APIKey: 403 without (D)", async () => {
  const { secret } = await tokenOf(cast.ben, ["Tasks"]);
  for (const [method, path] of [
    ["GET", keys],
    ["POST", keys],
    ["DELETE", `${keys}/x`],
    ["GET", older],
    ["POST", older],
    ["DELETE", `${older}/x`],
  ] as const) {
    const answer = await ask(method, path, secret, method === "POST" ? { name: "x", scopes: ["Tasks"] } : undefined);
    expect([method, path, answer.status, answer.field("error")]).toEqual([method, path, 403, "insufficient_scope"]);
  }
});

describe.each([
  ["newer", keys],
  ["older", older],
])("AP5 the %s addresses make, list and delete (D)", (_, base) => {
  test("a key is made with 201, its value told this once, and listed without it", async () => {
    const { status, key } = await make({ expiration_date: dateIn(30) }, base);
    expect(status).toBe(201);
    expect(key).toEqual({
      name: key.name,
      expiration_date: `${dateIn(30)}T00:00:00.000Z`,
      scopes: ["Tasks"],
      value: expect.stringMatching(/^lk_pat_/),
    });
    const { value, ...listed } = key;
    const list = await ask("GET", base, ben);
    expect(list.body).toContainEqual(listed);
    expect(list.text).not.toContain(value);
  });

  test("AP6 deleting is final and immediate: 204, then 404, and the key is dead", async () => {
    const { key } = await make({}, base);
    expect((await ask("GET", `${root}/user/@current/authorization-scopes`, key.value)).status).toBe(200);
    const gone = await ask("DELETE", `${base}/${encodeURIComponent(key.name)}`, ben);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect((await ask("GET", `${root}/user/@current/authorization-scopes`, key.value)).status).toBe(401);
    expect((await ask("DELETE", `${base}/${encodeURIComponent(key.name)}`, ben)).status).toBe(404);
  });
});

test("AP6 a name with a slash, an at sign or letters of any script is deleted by it; nobody else's is (D)", async () => {
  for (const name of ["ci/build @ 7", "Schlüssel 鍵", "50%+"]) {
    expect((await make({ name })).status).toBe(201);
    expect((await ask("DELETE", `${keys}/${encodeURIComponent(name)}`, ada)).status).toBe(404);
    expect((await ask("DELETE", `${keys}/${encodeURIComponent(name)}`, ben)).status).toBe(204);
  }
  expect((await ask("DELETE", `${keys}/${"x".repeat(500)}`, ben)).status).toBe(404);
});

test("AP6 a key is found by its name among more than a page of them", async () => {
  const who = await person(cast.here, ["Member"]);
  const { secret } = await tokenOf(who, ["APIKey", "Tasks"], { name: "the first" });
  await sql(
    `insert into tokens (account_id, user_id, name, scopes, secret_hash, last_four)
     select account_id, id, 'key ' || n, '{Tasks}', sha256((id || n::text)::bytea), 'none' from users, generate_series(1, 150) n
     where id = $1`,
    who.id,
  );
  expect((await ask("GET", keys, secret)).body).toHaveLength(151);
  expect((await ask("DELETE", `${keys}/the%20first`, secret)).status).toBe(204);
});

test("AP7 a name is unique: 409 for one that is taken (D)", async () => {
  const { key } = await make();
  const { status, body } = await make({ name: key.name.toUpperCase() });
  expect([status, body]).toEqual([409, { error: "conflict", message: expect.any(String) }]);
});

describe("AP8 expiration_date", () => {
  test("is a day, which ends the key as it begins, or an instant (P)", async () => {
    const expiresAt = new Date(Date.now() + 365 * day).toISOString();
    const { secret } = await tokenOf(cast.ben, ["APIKey", "Tasks"], { expiresAt });
    expect((await make({ expiration_date: dateIn(365) }, keys, secret)).key.expiration_date).toBe(
      `${dateIn(365)}T00:00:00.000Z`,
    );
    const instant = new Date(Date.now() + day).toISOString();
    expect((await make({ expiration_date: instant })).key.expiration_date).toBe(instant);
    const inDelhi = new Date(Date.parse(instant) + 5.5 * 3_600_000).toISOString().replace("Z", "+05:30");
    expect((await make({ expiration_date: inDelhi })).key.expiration_date).toBe(instant);
  });

  test("is at most a year ahead, still to come, and a date: 400 (D, P)", async () => {
    for (const wrong of [dateIn(367), dateIn(0), "2020-01-01", "soon", "2027-02-31", "", 7, null])
      expect([wrong, (await make({ expiration_date: wrong })).status]).toEqual([wrong, 400]);
  });
});

describe("AP9 scopes", () => {
  test("are one or more, and known: 400 (D, P)", async () => {
    for (const wrong of [[], ["Nonsense"], "Tasks", undefined, [7], [["Tasks"]]])
      expect([wrong, (await make({ scopes: wrong })).status]).toEqual([wrong, 400]);
  });

  test("are taken in the spellings of all pages, and answered in one (P)", async () => {
    const { key } = await make({ scopes: ["Task", "Publish AIMMS"] });
    expect(key.scopes).toEqual(["Tasks", "PublishAimms"]);
    expect(scopesAsTold(await make({ scopes: ["publishaimms", "TASKS", "tasks"] }))).toEqual(["PublishAimms", "Tasks"]);
    const own = await tokenOf(cast.ben, ["APIKey"]);
    const listed = (await ask("GET", keys, own.secret)).body as Key[];
    expect(listed.find(({ name }) => name === own.name)?.scopes).toEqual(["APIKey"]);
    // Known by its other spelling, and then refused as what no key hands on.
    expect((await make({ scopes: ["API Key"] })).field("message")).toMatch(/cannot make tokens that make tokens/);
  });
});

const scopesAsTold = ({ key }: { key: Key }) => key.scopes;

test("AP10 a key makes only keys of fewer scopes, without APIKey, that end no later (I-24)", async () => {
  const { secret } = await tokenOf(cast.ben, ["APIKey", "Tasks"], {
    expiresAt: new Date(Date.now() + day).toISOString(),
  });
  const by = (fields: object) => make({ ...fields }, keys, secret);
  for (const beyond of [{ scopes: ["Session"] }, { scopes: ["APIKey"] }, { expiration_date: dateIn(3) }]) {
    const answer = await by(beyond);
    expect([answer.status, answer.field("error")]).toEqual([403, "privilege_escalation"]);
  }
  expect((await by({})).status).toBe(201);
});

describe("AP19 what a key gives is the account's policy", () => {
  const sentenceFor = async (headers: Headers = {}) => {
    const { items } = (await api.request("/api/v1/scopes", { headers })).body as {
      items: { name: string; sentence: string }[];
    };
    return items.find(({ name }) => name === "APIKey")?.sentence;
  };

  test("narrower, unless said otherwise: a key of APIKey alone creates none, and its sentence says so", async () => {
    const who = await person(await account("Narrow"), ["Member"]);
    const { secret } = await tokenOf(who, ["APIKey"]);
    expect((await make({}, keys, secret)).status).toBe(403);
    expect(await sentenceFor(bearer(secret))).toMatch(/with no other scope it creates none/);
    expect(await sentenceFor()).toMatch(/your account's policy says/);
  });

  test("owner: a program replaces its own key by the API, again and again, and the sentence says so", async () => {
    const who = await person(await account("Wide"), ["Member"]);
    await sql("update accounts set keys_may_create_keys = 'owner' where id = $1", who.accountId);
    let { secret } = await tokenOf(who, ["APIKey"], { expiresAt: new Date(Date.now() + day).toISOString() });
    expect(await sentenceFor(bearer(secret))).toMatch(/whoever holds it can replace it for ever/);
    for (let n = 0; n < 3; n++) {
      const before = (await ask("GET", keys, secret)).body as Key[];
      const next = await make({ scopes: ["APIKey"], expiration_date: dateIn(365) }, keys, secret);
      expect([next.status, next.key.scopes]).toEqual([201, ["APIKey"]]);
      ({ value: secret } = next.key);
      expect((await ask("DELETE", `${keys}/${encodeURIComponent(before[0]?.name ?? "")}`, secret)).status).toBe(204);
    }
  });
});

test("AP19 an account that manages another may set it there, for the keys of that account alone", async () => {
  const [managing, managed] = [await account("Managing"), await account("Managed")];
  const boss = await person(managing, ["Administrator"]);
  const [own, member] = [await person(managed, ["Administrator"]), await person(managed, ["Member"])];
  const [theirs, ours] = [await tokenOf(member, ["APIKey"]), await tokenOf(boss, ["APIKey"])];
  const set = async (who: Person, keysMayCreateKeys: string) => {
    const body = JSON.stringify({ keysMayCreateKeys });
    const headers = { "content-type": "application/json", ...bearer(await sessionOf(who)) };
    return (await api.request(`/api/v1/accounts/${managed}`, { method: "PATCH", headers, body })).status;
  };
  const creates = async ({ secret }: { secret: string }) =>
    (await make({ scopes: ["APIKey"], expiration_date: dateIn(30) }, keys, secret)).status;

  expect(await set(boss, "owner")).toBe(404);
  await manage(managing, managed, ["*:managed:get:account"]);
  expect([await set(boss, "owner"), await set(member, "owner"), await creates(theirs)]).toEqual([403, 403, 403]);
  await sql("update account_relations set rights = '{*:managed:update:account}' where managed_id = $1", managed);
  expect([await set(boss, "owner"), await creates(theirs), await creates(ours)]).toEqual([200, 201, 403]);
  expect([await set(own, "narrower"), await creates(theirs)]).toEqual([200, 403]);
});

test("AP11 authorization-scopes names the scopes there are (D)", async () => {
  const answer = await ask("GET", `${root}/user/@current/authorization-scopes`, ben);
  expect(answer.body).toEqual([
    "Authentication",
    "PublishApp",
    "PublishAimms",
    "Tasks",
    "APIKey",
    "Session",
    "Secret",
    "User",
    "Account",
  ]);
});

test("AP12 the older addresses say that they are to be withdrawn, and for what (RFC 9745, RFC 8594)", async () => {
  for (const answer of [await ask("GET", older, ben), await ask("GET", older)]) {
    expect(answer.headers.deprecation).toMatch(/^@\d+$/);
    expect(new Date(String(answer.headers.sunset)).getTime()).toBeGreaterThan(Date.now());
    expect(answer.headers.link).toBe(`<${keys}>; rel="successor-version"`);
  }
  expect((await ask("GET", keys, ben)).headers).not.toHaveProperty("deprecation");
});

type User = { user_name: string };
const named = (answer: { body: unknown }) => (answer.body as User[]).map(({ user_name }) => user_name);

describe("users, groups and environments", () => {
  let people: Person[];

  beforeAll(async () => {
    people = [];
    for (const name of ["zoe", "Yan", "xaver%"]) people.push(await person(cast.here, [], name));
    await sql("insert into groups (account_id, name) values ($1, 'Painters'), ($1, 'plumbers')", cast.here);
    await sql(
      `insert into group_members (group_id, user_id, account_id) select g.id, u.id, g.account_id from groups g, users u
       where g.name = 'Painters' and u.username in ('zoe', 'Yan')`,
    );
  });

  const users = (query: string) => ask("GET", `${root}/user?${query}`, ada);

  test("AP13 user lists people with their properties (D)", async () => {
    const { body } = await users("user_name_equal_cs=zoe");
    expect(body).toEqual([
      {
        account_name: "Quarry",
        environment_name: "ROOT",
        user_name: "zoe",
        email: "zoe@example.org",
        full_name: "Somebody zoe",
        groups: ["Painters"],
      },
    ]);
    expect(named(await users("")).includes("dan")).toBe(false);
  });

  test.each([
    ["user_name_equal_cs=yan", []],
    ["user_name_equal_ci=yan", ["Yan"]],
    ["user_name_contain_cs=ya", []],
    ["user_name_contain_ci=YA", ["Yan"]],
    ["user_name_contain_cs=%25", ["xaver%"]],
    ["user_name_in=zoe,Yan,nobody", ["Yan", "zoe"]],
    ["group_name_equal_cs=Painters", ["Yan", "zoe"]],
    ["group_name_equal_cs=painters", []],
    ["group_name_in=Painters,plumbers&user_name_not_in=zoe", ["Yan"]],
    ["group_name_not_in=Painters&user_name_in=zoe,xaver%25", ["xaver%"]],
    ["account_name_equal_ci=quarry&user_name_equal_cs=zoe", ["zoe"]],
    ["account_name_equal_cs=quarry", []],
    ["environment_name_equal_cs=ROOT&user_name_equal_cs=zoe", ["zoe"]],
    ["environment_name_not_in=ROOT", []],
  ])("AP14 filters: %s (D)", async (query, expected) => {
    expect(named(await users(query))).toEqual(expected);
  });

  test("AP15 sort, offset and limit, a hundred when nothing is said (D)", async () => {
    const all = named(await users(""));
    expect(all.map((name) => name.toLowerCase())).toEqual(all.map((name) => name.toLowerCase()).sort());
    expect(named(await users("sort=-user_name"))).toEqual(all.toReversed());
    expect(named(await users("sort=environment_name,-full_name&limit=2"))).toEqual(["zoe", "Yan"]);
    expect(named(await users("offset=1&limit=2"))).toEqual(all.slice(1, 3));
    await sql(
      `insert into users (account_id, username, full_name, email) select $1, 'many' || n, 'Many', 'many' || n || '@example.org'
       from generate_series(1, 120) n`,
      cast.here,
    );
    expect(named(await users(""))).toHaveLength(100);
    for (const wrong of ["limit=0", "limit=x", "limit=100001", "offset=-1", "sort=password_hash", "user_name_in=%00"])
      expect([wrong, (await users(wrong)).status]).toEqual([wrong, 400]);
  });

  test("AP16 group and environment (D)", async () => {
    const place = { account_name: "Quarry", environment_name: "ROOT" };
    expect((await ask("GET", `${root}/group?sort=-group_name`, ada)).body).toEqual([
      { ...place, group_name: "plumbers" },
      { ...place, group_name: "Painters" },
    ]);
    const ofZoe = await ask("GET", `${root}/group?user_name_equal_cs=zoe`, ada);
    expect(ofZoe.body).toEqual([{ ...place, group_name: "Painters" }]);
    expect((await ask("GET", `${root}/environment`, ada)).body).toEqual([place]);
    expect((await ask("GET", `${root}/environment/@current/info`, ada)).body).toEqual(place);
  });

  test.each([
    ["account_name_equal_ci=quarry&environment_name_in=OTHER,ROOT&sort=-environment_name", 1],
    ["account_name_equal_cs=quarry", 0],
    ["environment_name_contain_cs=oo", 0],
    ["environment_name_contain_ci=oo", 1],
    ["environment_name_not_in=ROOT", 0],
    ["user_name_in=zoe,nobody", 1],
    ["user_name_equal_cs=nobody", 0],
    ["user_name_not_in=zoe", 0],
    ["group_name_equal_cs=painters", 0],
    ["group_name_equal_ci=painters&user_name_not_in=nobody", 1],
    ["offset=1", 0],
  ])("AP16 environments are filtered like the rest: %s (D)", async (query, count) => {
    expect((await ask("GET", `${root}/environment?${query}`, ada)).body).toHaveLength(count);
  });

  test("AP16 who may not list people learns nothing of them by a filter of environments (P)", async () => {
    expect((await ask("GET", `${root}/environment?user_name_equal_cs=zoe`, ben)).status).toBe(403);
    for (const wrong of ["limit=0", "offset=x", "sort=user_name", "user_name_in=%00"])
      expect([wrong, (await ask("GET", `${root}/environment?${wrong}`, ada)).status]).toEqual([wrong, 400]);
  });

  test("AP17 info of oneself, and of others (D)", async () => {
    const own = await ask("GET", `${root}/user/@current/info`, ben);
    expect(own.body).toMatchObject({ user_name: "ben", account_name: "Quarry", environment_name: "ROOT", groups: [] });
    const other = await ask("GET", `${root}/user/Quarry/ROOT/zoe/info`, ada);
    expect(other.body).toMatchObject({ user_name: "zoe", groups: ["Painters"] });
    for (const path of ["Zenith/ROOT/dan", "Quarry/ROOT/dan", "Quarry/OTHER/zoe"])
      expect([path, (await ask("GET", `${root}/user/${path}/info`, ada)).status]).toEqual([path, 404]);
  });

  test("AP18 without the permission, or the scope, they are 403 (P)", async () => {
    const { secret } = await tokenOf(cast.ada, ["Tasks"]);
    for (const path of ["user", "group", "environment", "user/@current/info", "user/Quarry/ROOT/zoe/info"])
      expect([path, (await ask("GET", `${root}/${path}`, secret)).status]).toEqual([path, 403]);
    for (const path of ["user", "group", "user/Quarry/ROOT/zoe/info"])
      expect([path, (await ask("GET", `${root}/${path}`, ben)).status]).toEqual([path, 403]);
  });
});

describe("what is malformed", () => {
  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["a text", '"x"'],
    ["twice the same key", '{"name":"a","name":"b","scopes":["Tasks"]}'],
    ["no UTF-8", Buffer.from([0xff, 0xfe])],
    ["nothing", undefined],
    ["a number for a name", '{"name":1,"scopes":["Tasks"]}'],
    ["a name with a zero byte", '{"name":"a\\u0000","scopes":["Tasks"]}'],
  ])("%s is 400", async (_, body) => {
    const answer = await api.request(keys, { method: "POST", headers: { apikey: ben }, body });
    expect(answer.status).toBe(400);
  });

  test("more than 64 kB is 413; an unknown address 404; a method that it has not 405", async () => {
    const body = JSON.stringify({ name: "x".repeat(70_000) });
    expect((await api.request(keys, { method: "POST", headers: { apikey: ben }, body })).status).toBe(413);
    expect((await ask("GET", `${root}/nowhere`, ben)).status).toBe(404);
    const answer = await ask("PUT", keys, ben);
    expect([answer.status, answer.headers.allow]).toEqual([405, "GET, POST"]);
  });
});

test("no secret is on record", async () => {
  const [record] = await sql<{ text: string }>("select string_agg(e::text, ' ') as text from audit_entries e");
  for (const secret of handedOut) expect(record?.text).not.toContain(secret);
});
