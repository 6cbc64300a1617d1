import { beforeAll, describe, expect, test } from "vitest";
import { mintSecret } from "#lib/core/crypto/secrets.ts";
import { account, type Cast, handedOut, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, cookieOf, sessionOf, tokenOf } from "#tests/credentials.ts";
import { authenticatorOf } from "#tests/factors.ts";
import { give, roleRow } from "#tests/rights.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

const users = "/userservice/v1/users";
const pats = `${users}/my-account/pat`;
const scopes = [
  ...["mx_app_read", "mx_app_write", "mx_app_team_write", "mx_marketplace_read", "mx_marketplace_write"],
  ...["mx_marketplace_share", "mx_user_read", "mx_user_write", "mx_group_read", "mx_group_write"],
  ...["mx_group_member_write", "mx_cicd_build", "mx_cicd_deploy"],
];

let cast: Cast;
let api: TestApi;
let ada: string;
let ben: string;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
  const expiresAt = inDays(300);
  ada = (await tokenOf(cast.ada, ["APIKey", ...scopes], { expiresAt })).secret;
  ben = (await tokenOf(cast.ben, ["APIKey", "mx_app_read", "mx_app_write", "mx_user_read"], { expiresAt })).secret;
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const scopesOf = (...names: string[]) => names.map((scope) => ({ scope }));

function ask(method: string, path: string, pat?: string, body?: unknown) {
  const headers: Record<string, string> = pat === undefined ? {} : { authorization: `mxtoken ${pat}` };
  return api.request(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

type Problem = { status: number; title: string; detail: string; "invalid-params"?: { name: string; reason: string }[] };

const wrong = ({ body }: { body: unknown }) => (body as Problem)["invalid-params"]?.map(({ name }) => name);

describe("MX1 Authorization: mxtoken, its scheme in any case (D)", () => {
  test.each(["mxtoken", "MxToken", "MXTOKEN"])("%s", async (scheme) => {
    expect((await api.request(users, { headers: { authorization: `${scheme} ${ada}` } })).status).toBe(200);
  });

  test.each([
    ["nobody", async () => ({})],
    ["a bearer", async () => bearer(ada)],
    ["nonsense", async () => ({ authorization: "mxtoken nonsense" })],
    ["the scheme alone", async () => ({ authorization: "mxtoken" })],
    ["an unknown token", async () => ({ authorization: `mxtoken ${mintSecret("pat")}` })],
    ["a session's token", async () => ({ authorization: `mxtoken ${await sessionOf(cast.ada)}` })],
    ["a cookie", async () => cookieOf(await sessionOf(cast.ada))],
  ])("%s is 401 in the shape of errors", async (_, headers) => {
    const answer = await api.request(users, { headers: await headers() });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ status: 401, title: "Unauthorized", detail: expect.any(String) });
  });
});

describe("MX2 POST my-account/pat (D)", () => {
  const pat = { tokenName: "MyPAT", expiryDate: inDays(90), scopes: scopesOf("mx_app_read", "mx_app_write") };

  test("makes a PAT whose tokenValue is a complete header value, and whose scopes come with colons", async () => {
    const answer = await ask("POST", pats, ben, pat);
    const made = answer.body as { tokenValue: string };
    handedOut.add(made.tokenValue.slice("mxtoken ".length));
    expect([answer.status, made]).toEqual([
      201,
      {
        tokenName: "MyPAT",
        expiryDate: pat.expiryDate,
        tokenValue: expect.stringMatching(/^mxtoken lk_pat_\w{49}$/),
        joinedScope: "mx:app:read mx:app:write",
      },
    ]);
    const used = await api.request(pats, { method: "POST", headers: { authorization: made.tokenValue }, body: "{}" });
    expect(used.status).not.toBe(401);
  });

  test("knows every scope of Mendix", async () => {
    const body = { tokenName: "all", expiryDate: inDays(9), scopes: scopesOf(...scopes) };
    const answer = await ask("POST", pats, ada, body);
    expect([answer.status, answer.field("joinedScope")]).toEqual([201, scopes.join(" ").replaceAll("_", ":")]);
  });

  test.each([
    ["tokenName", undefined],
    ["tokenName", ""],
    ["tokenName", 7],
    ["expiryDate", undefined],
    ["expiryDate", null],
    ["expiryDate", "2028-12-31"],
    ["expiryDate", "2020-12-31T23:59:59.999Z"],
    ["expiryDate", inDays(3660)],
    ["scopes", undefined],
    ["scopes", []],
    ["scopes", "mx_app_read"],
    ["scopes", ["mx_app_read"]],
    ["scopes", [null]],
    ["scopes", scopesOf("mx_all")],
    ["scopes", scopesOf("mx:app:read")],
  ])("MX3 wants all of it: %s %j is 400 and named (D)", async (field, value) => {
    const answer = await ask("POST", pats, ben, { ...pat, tokenName: "another", [field]: value });
    expect([answer.status, wrong(answer)]).toEqual([400, [field]]);
    expect(answer.body).toMatchObject({ status: 400, title: "Bad Request", detail: "Invalid parameters" });
  });

  test("MX4 a name that is taken is 400 and named (P)", async () => {
    const answer = await ask("POST", pats, ben, pat);
    expect([answer.status, wrong(answer)]).toEqual([400, ["tokenName"]]);
  });

  test("MX5 a PAT without the scope APIKey makes none: 403 (I-24, P)", async () => {
    const { secret } = await tokenOf(cast.ben, ["mx_app_read"]);
    const answer = await ask("POST", pats, secret, { ...pat, tokenName: "other" });
    expect([answer.status, answer.body]).toEqual([
      403,
      { status: 403, title: "Forbidden", detail: expect.stringContaining("create:token") },
    ]);
  });

  test("MX5 a PAT makes only PATs of fewer scopes that end no later (I-24, P)", async () => {
    for (const beyond of [
      { scopes: scopesOf("mx_cicd_build") },
      { scopes: scopesOf("APIKey") },
      { expiryDate: inDays(301) },
    ])
      expect((await ask("POST", pats, ben, { ...pat, tokenName: "beyond", ...beyond })).status).toBe(403);
  });
});

const shape = {
  id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  isLocalUser: true,
  active: true,
  firstLoginTime: null,
  lastLogin: null,
  approved: true,
  emailVerified: expect.any(Boolean),
  onboarded: expect.any(Boolean),
  roles: [{ role: "User" }],
  blocked: false,
};

let serial = 0;

const newUser = (fields: object = {}) => {
  const name = `mx${++serial}`;
  return { name, fullName: "John Coo", email: `${name}@example.org`, userRoles: [{ role: "User" }], ...fields };
};

type User = { id: string; name: string };

async function made(fields: object = {}) {
  const answer = await ask("POST", users, ada, newUser(fields));
  expect(answer.status, answer.text).toBe(201);
  return answer.body as User;
}

describe("MX6 users (D)", () => {
  test("POST makes one with 201; what is not kept here is taken and dropped", async () => {
    const more = { company: "Mendix", department: "R&D", unit: "u", team: "t", aux1: "1", aux2: "2" };
    const user = newUser(more);
    const answer = await ask("POST", users, ada, user);
    const { name, fullName, email } = user;
    expect([answer.status, answer.body]).toEqual([201, { ...shape, name, fullName, email }]);
  });

  test.each(["name", "fullName", "email", "userRoles"])("POST without %s is 400 and says so", async (field) => {
    const answer = await ask("POST", users, ada, newUser({ [field]: undefined }));
    expect([answer.status, wrong(answer)]).toEqual([400, [field]]);
  });

  test.each([
    ["name", "with spaces"],
    ["fullName", ""],
    ["email", "nowhere"],
    ["userRoles", []],
    ["userRoles", [{ role: "Emperor" }]],
    ["userRoles", "User"],
    ["userRoles", [null]],
    ["blocked", "yes"],
  ])("POST with %s %j is 400 and says so", async (field, value) => {
    const answer = await ask("POST", users, ada, newUser({ [field]: value }));
    expect([answer.status, wrong(answer)]).toEqual([400, [field]]);
  });

  test("POST with a name or an address that somebody has is 400", async () => {
    const { name } = await made();
    expect(wrong(await ask("POST", users, ada, newUser({ name: name.toUpperCase() })))).toEqual(["name"]);
    expect(wrong(await ask("POST", users, ada, newUser({ email: cast.dan.email })))).toEqual(["email"]);
  });

  test("GET lists everybody of the organisation and nobody else, in one array", async () => {
    await made();
    const answer = await ask("GET", users, ada);
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/json"]);
    const names = (answer.body as User[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["ada", "ben", "cleo"]));
    expect(names).not.toContain("dan");
    expect((answer.body as object[]).find((one) => (one as User).name === "ada")).toMatchObject({
      roles: [{ role: "User" }, { role: "CompanyAdmin" }],
    });
  });

  test("GET lists thousands as they are read", async () => {
    const admin = await person(await crowd(2300), ["Administrator"]);
    const { secret } = await tokenOf(admin, ["mx_user_read"]);
    const answer = await ask("GET", users, secret);
    expect(answer.body).toHaveLength(2301);
  });

  test("GET one is 200; an unknown one, one of another organisation and no id at all are 404", async () => {
    const { id } = await made();
    expect((await ask("GET", `${users}/${id.toUpperCase()}`, ada)).body).toMatchObject({ ...shape, id });
    for (const none of [cast.dan.id, "0190a6f0-0000-7000-8000-00000000abcd", "nonsense", "%00"])
      for (const method of ["GET", "DELETE", "PUT"]) {
        const answer = await ask(method, `${users}/${none}`, ada, method === "PUT" ? {} : undefined);
        expect([none, answer.status, answer.body]).toEqual([
          none,
          404,
          { status: 404, title: "Not Found", detail: expect.any(String) },
        ]);
      }
  });

  test("PUT changes what is given and leaves the rest alone", async () => {
    const { id, name } = await made();
    const put = (body: object) => ask("PUT", `${users}/${id}`, ada, body);
    expect((await put({ fullName: "John Two" })).body).toMatchObject({ name, fullName: "John Two", blocked: false });
    expect((await put({ blocked: true })).body).toMatchObject({ fullName: "John Two", blocked: true, active: false });
    expect((await put({ name, blocked: false })).body).toMatchObject({ blocked: false, active: true });
    expect((await put({ userRoles: [{ role: "User" }] })).status).toBe(200);
    expect(wrong(await put({ name: "another" }))).toEqual(["name"]);
    expect(wrong(await put({ fullName: "" }))).toEqual(["fullName"]);
    expect(wrong(await put({ userRoles: [] }))).toEqual(["userRoles"]);
  });

  test("DELETE is 204, and then there is nobody", async () => {
    const { id } = await made();
    const gone = await ask("DELETE", `${users}/${id}`, ada);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect((await ask("GET", `${users}/${id}`, ada)).status).toBe(404);
  });
});

describe("MX7 who may", () => {
  test("without the permission, or the scope, all of it is 403", async () => {
    const { secret: scopeless } = await tokenOf(cast.ada, ["mx_app_read"]);
    const { secret: reader } = await tokenOf(cast.ada, ["mx_user_read"]);
    const { id } = await made();
    const asked = (pat: string) => [
      ask("GET", users, pat),
      ask("GET", `${users}/${id}`, pat),
      ask("POST", users, pat, newUser()),
      ask("PUT", `${users}/${id}`, pat, { fullName: "X" }),
      ask("DELETE", `${users}/${id}`, pat),
      ask("PATCH", `${users}/${id}/password`, pat, { oldPassword: "x", newPassword: "y" }),
    ];
    for (const pat of [scopeless, ben])
      expect((await Promise.all(asked(pat))).map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    expect((await Promise.all(asked(reader).slice(0, 5))).map(({ status }) => status)).toEqual([
      200, 200, 403, 403, 403,
    ]);
  });
});

describe("MX10 with the rights of its owner, a PAT of mx_user_write (D)", () => {
  const put = (id: string, pat: string, body: object) => ask("PUT", `${users}/${id}`, pat, body);
  const roles = (role: string) => ({ userRoles: [{ role }] });
  const read = async (id: string) =>
    (await ask("GET", `${users}/${id}`, ada)).body as { email: string; roles: object[] };

  test.each(["SystemAdmin", "CompanyAdmin"])("makes a user %s, and stops them from being it", async (role) => {
    const { id } = await made(roles(role));
    expect((await read(id)).roles).toEqual([{ role: "User" }, { role: "CompanyAdmin" }]);
    expect((await put(id, ada, roles("User"))).body).toMatchObject({ roles: shape.roles });
    expect((await put(id, ada, roles(role))).body).toMatchObject({
      roles: [{ role: "User" }, { role: "CompanyAdmin" }],
    });
  });

  test("gives somebody another address", async () => {
    const { id } = await made();
    const email = `${id}@elsewhere.example.org`;
    expect((await put(id, ada, { email })).body).toMatchObject({ email });
  });

  test("changes all or nothing", async () => {
    const { id } = await made();
    const before = await read(id);
    const beyond = { ...roles("CompanyAdmin"), fullName: "Up", email: cast.dan.email };
    expect(wrong(await put(id, ada, beyond))).toEqual(["email"]);
    expect(await read(id)).toEqual(before);
  });

  test("nobody changes their own role or address by it, and the last administrator stays", async () => {
    const own = await person(await account("Lonely"), ["Administrator"]);
    const { secret } = await tokenOf(own, ["mx_user_write"]);
    for (const body of [roles("User"), { email: "own@elsewhere.example.org" }])
      expect((await put(own.id, secret, body)).status).toBe(403);
  });

  test("only as far as its owner may: 403", async () => {
    const desk = await person(cast.here, []);
    const may = ["list", "get", "create", "update", "delete"].map((act) => [`aims:own:${act}:user`, "allowed"]);
    await give(desk.id, await roleRow(cast.here, Object.fromEntries(may)));
    const { secret } = await tokenOf(desk, ["mx_user_write"]);
    const { id } = await made();
    expect((await put(id, secret, { fullName: "By the desk" })).status).toBe(200);
    expect((await put(id, secret, roles("SystemAdmin"))).status).toBe(403);
    expect((await ask("POST", users, secret, newUser(roles("SystemAdmin")))).status).toBe(403);
    await put(id, ada, roles("CompanyAdmin"));
    expect((await put(id, secret, { email: "taken-over@example.org" })).status).toBe(403);
    expect((await put(id, secret, roles("User"))).status).toBe(403);
    expect((await read(id)).roles).toHaveLength(2);
  });

  test("another scope gives none of it here, and this one none of it at /api/v1 (I-24)", async () => {
    const { secret: other } = await tokenOf(cast.ada, ["users", "roles"]);
    const { id } = await made();
    const email = "moved@elsewhere.example.org";
    expect((await put(id, other, { email })).status).toBe(403);
    expect((await put(id, other, roles("SystemAdmin"))).status).toBe(403);
    const rest = (method: string, path: string, body: object) =>
      api.request(`/api/v1${path}`, { method, ...json(body, bearer(ada)) });
    expect((await rest("PATCH", `/users/${id}`, { email })).field("code")).toBe("session_required");
    const [admin] = await sql<{ id: string }>(
      "select id from roles where name = 'Administrator' and account_id is null",
    );
    expect((await rest("PUT", `/users/${id}/roles/${admin?.id}`, {})).field("code")).toBe("insufficient_scope");
    const invited = { fullName: "Nobody", email: "nobody@example.org", roleIds: [admin?.id] };
    expect((await rest("POST", "/users", invited)).status).toBe(403);
    expect(await read(id)).toMatchObject({ roles: shape.roles });
  });

  test("the scope says so, and both the change and the grant are on record", async () => {
    const { items } = (await api.request("/api/v1/scopes")).body as { items: { name: string; sentence: string }[] };
    expect(items.find(({ name }) => name === "mx_user_write")?.sentence).toMatch(/Mendix API.*e-mail.*administrators/);
    const { id } = await made();
    await put(id, ada, roles("CompanyAdmin"));
    const record = await sql<{ action: string }>("select action from audit_entries where target = $1 order by id", id);
    expect(record.map(({ action }) => action)).toEqual(["users.create", "roles.grant", "users.update"]);
  });
});

describe("MX8 PATCH password (D)", () => {
  const change = (who: Person, pat: string, body: object) => ask("PATCH", `${users}/${who.id}/password`, pat, body);
  const passwordOf = async (who: Person) =>
    (await sql<{ password_hash: string }>("select password_hash from users where id = $1", who.id))[0]?.password_hash;

  test("the old password is what changes it, one's own or another's that the PAT may see: 200", async () => {
    const who = await person(cast.here, ["Member"]);
    const own = (await tokenOf(who, ["mx_user_read"])).secret;
    handedOut.add("Copper-Lantern-83").add("Copper-Lantern-84");
    const done = await change(who, own, { oldPassword: who.password, newPassword: "Copper-Lantern-83" });
    expect([done.status, done.text]).toEqual([200, ""]);
    const again = { oldPassword: "Copper-Lantern-83", newPassword: "Copper-Lantern-84" };
    expect((await change(who, ada, again)).status).toBe(200);
  });

  test("whoever has a second factor is told that none was asked for, and every session ends", async () => {
    const who = await person(cast.here, []);
    await authenticatorOf(who);
    await sessionOf(who);
    handedOut.add("Copper-Lantern-86");
    const done = await change(who, ada, { oldPassword: who.password, newPassword: "Copper-Lantern-86" });
    expect(done.status).toBe(200);
    expect(await sql("select id from sessions where user_id = $1", who.id)).toEqual([]);
    expect(
      await sql(
        `select data ->> 'event' as event, data ->> 'paragraphs' as words from jobs.job
         where name = 'notice' and data ->> 'userId' = $1`,
        who.id,
      ),
    ).toEqual([{ event: "password_changed", words: expect.stringMatching(/no second factor/) }]);
  });

  test("a wrong old one, and a new one that the rules forbid, are 400 and named; nothing changes", async () => {
    const who = await person(cast.here, []);
    const before = await passwordOf(who);
    const wrongOld = await change(who, ada, { oldPassword: "Wrong-Kettle-29", newPassword: "Copper-Lantern-83" });
    expect([wrongOld.status, wrong(wrongOld)]).toEqual([400, ["oldPassword"]]);
    const weak = await change(who, ada, { oldPassword: who.password, newPassword: "short" });
    expect([weak.status, wrong(weak)]).toEqual([400, ["newPassword"]]);
    for (const lacking of [{ newPassword: "Copper-Lantern-83" }, { oldPassword: who.password }, {}])
      expect((await change(who, ada, lacking)).status).toBe(400);
    expect(await passwordOf(who)).toBe(before);
  });

  test("guesses are counted as over every other transport", async () => {
    const who = await person(cast.here, []);
    await change(who, ada, { oldPassword: "Wrong-Kettle-29", newPassword: "Copper-Lantern-83" });
    const [{ points } = { points: 0 }] = await sql<{ points: number }>(
      "select max(points) as points from budgets where key like 'password_person%'",
    );
    expect(points).toBeGreaterThan(0);
  });
});

describe("MX9 errors (D)", () => {
  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["no UTF-8", Buffer.from([0xff, 0xfe])],
    ["twice the same key", '{"name":"a","name":"b"}'],
    ["nothing", undefined],
  ])("%s is 400 in their shape, at every address that reads a body", async (_, body) => {
    for (const [method, path] of [
      ["POST", pats],
      ["POST", users],
      ["PATCH", `${users}/${cast.ben.id}/password`],
    ] as const) {
      const answer = await api.request(path, { method, headers: { authorization: `mxtoken ${ada}` }, body });
      expect([path, answer.status, answer.field("title")]).toEqual([path, 400, "Bad Request"]);
    }
  });

  test("an address or a method that is not there: the token is looked at first", async () => {
    for (const [method, path] of [
      ["GET", "/userservice/v1/nowhere"],
      ["PUT", pats],
    ] as const)
      expect((await ask(method, path, "wrong")).status).toBe(401);
  });

  test("too large is 413, an unknown address 404, another method 405, all in their shape", async () => {
    const big = await ask("POST", pats, ada, { tokenName: "x".repeat(70_000) });
    const lost = await ask("GET", "/userservice/v1/nowhere", ada);
    const other = await ask("GET", pats, ada);
    expect([big, lost, other].map(({ status }) => status)).toEqual([413, 404, 405]);
    for (const { status, body } of [big, lost, other])
      expect(body).toMatchObject({ status, title: expect.any(String) });
    expect(other.headers.allow).toBe("POST");
  });
});

/** An account with so many people in it; its id. */
async function crowd(people: number): Promise<string> {
  await sql("insert into accounts (id, name) values ('30000001', 'Crowd')");
  await sql(
    `insert into users (account_id, username, full_name, email) select '30000001', 'c' || n, 'Many', 'c' || n || '@example.org'
     from generate_series(1, $1::int) n`,
    people,
  );
  return "30000001";
}

test("no secret is on record", async () => {
  const [record] = await sql<{ text: string }>("select string_agg(e::text, ' ') as text from audit_entries e");
  for (const secret of handedOut) expect(record?.text).not.toContain(secret);
});
