import { beforeEach, describe, expect, test } from "vitest";
import { globalRoles } from "#lib/access/roles/global-roles.ts";
import { execute } from "#lib/core/execute.ts";
import { BadSetting } from "#lib/env.ts";
import { openPortal, sql } from "#tests/cast.ts";
import { callerWith } from "#tests/credentials.ts";
import { configure } from "#tests/settings.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { getSetup } from "./get-setup.ts";
import { prepareFirstAccount } from "./setup.ts";

let api: TestApi;

beforeEach(async () => {
  await openPortal({ RATE_LIMIT_FACTOR: "1000" });
  api ??= await openTestApi();
});

const secretOf = (address: string | undefined) => new URL(address ?? "").searchParams.get("link") ?? "";
const link = async () => secretOf((await prepareFirstAccount()).setupLink);
const first = {
  accountName: "Quarry",
  fullName: "Ada Lovelace",
  email: "ada@example.org",
  password: "Violet-Kettle-29",
};
const setUp = (input: object) => api.request("/api/v1/setup", { method: "POST", ...json(input) });
const isOpen = async () => (await execute(getSetup, callerWith({}), {})).output.open;
const counts = async () =>
  (await sql("select (select count(*)::int from accounts) as accounts, (select count(*)::int from users) as users"))[0];

describe("with the printed link", () => {
  test("the first account and its administrator are made, who is signed in and may everything", async () => {
    expect(await isOpen()).toBe(true);
    const answer = await setUp({ ...first, link: await link() });
    expect([answer.status, await isOpen(), await counts()]).toEqual([201, false, { accounts: 1, users: 1 }]);
    const traded = await api.request("/api/v1/sign-in/ticket", {
      method: "POST",
      ...json({ ticket: answer.field("ticket") }),
    });
    const headers = { authorization: `Bearer ${traded.field("token")}` };
    const who = await api.request("/api/v1/tokens/verify", { headers });
    expect(who.body).toMatchObject({ account: { name: "Quarry" }, permissions: globalRoles.Administrator });
    const signedIn = await api.request("/api/v1/sessions", {
      method: "POST",
      ...json({ email: first.email, password: first.password }),
    });
    expect(signedIn.status).toBe(201);
  });

  test("the administrator's address counts as proven once its link was opened, and not before", async () => {
    await setUp({ ...first, link: await link() });
    const [administrator] = await sql("select email, email_verified_at from users");
    expect(administrator).toEqual({ email: first.email, email_verified_at: null });
    expect(await sql("select new_email from email_changes")).toEqual([{ new_email: first.email }]);
  });

  test("that is done once: of 20 at once exactly one does it", async () => {
    const secret = await link();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => setUp({ ...first, email: `ada${n}@example.org`, link: secret })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    for (const answer of answers.filter(({ status }) => status === 409))
      expect(answer.field("code")).toBe("already_set_up");
    expect(await counts()).toEqual({ accounts: 1, users: 1 });
  });

  test("each link that was printed works, until one is used", async () => {
    const [older, newer] = [await link(), await link()];
    expect((await setUp({ ...first, link: older })).status).toBe(201);
    expect((await setUp({ ...first, link: newer })).field("code")).toBe("already_set_up");
    expect(await sql("select 1 from setup_links")).toEqual([]);
  });
});

describe("nothing is made", () => {
  test.each(["", "lk_set_made_up", "x".repeat(100)])("with the link %j", async (made) => {
    await link();
    const answer = await setUp({ ...first, link: made });
    expect([answer.status, answer.field("code"), await counts()]).toEqual([
      403,
      "forbidden",
      { accounts: 0, users: 0 },
    ]);
  });

  test("with a link older than 72 hours, by the database's clock", async () => {
    const secret = await link();
    const [life] = await sql("select expires_at - now() <= interval '72 hours' as short from setup_links");
    await sql("update setup_links set expires_at = now()");
    expect([life, (await setUp({ ...first, link: secret })).status, await isOpen()]).toEqual([
      { short: true },
      403,
      true,
    ]);
  });

  const bad: [what: string, input: object, pointer: string, code: string][] = [
    ["a short password", { password: "Short-1" }, "/password", "too_short"],
    ["the account's name in the password", { password: "My-Quarry-Door-29" }, "/password", "context_word"],
    ["the own name in the password", { password: "Lovelace-Door-29" }, "/password", "context_word"],
    ["no address", { email: "ada" }, "/email", "invalid_format"],
    ["two addresses", { email: "ada@example.org, eve@example.org" }, "/email", "invalid_format"],
    ["an address in brackets", { email: "Ada <ada@example.org>" }, "/email", "invalid_format"],
    ["no name", { fullName: " " }, "/fullName", "too_small"],
  ];

  test.each(bad)("with %s, and the link stays good", async (_, input, pointer, code) => {
    const secret = await link();
    const refused = await setUp({ ...first, ...input, link: secret });
    expect([refused.status, refused.body]).toMatchObject([422, { errors: [{ pointer, code }] }]);
    expect((await setUp({ ...first, link: secret })).status).toBe(201);
  });
});

describe("with ADMIN_EMAIL and ADMIN_PASSWORD", () => {
  const admin = { ADMIN_EMAIL: "ada@example.org", ADMIN_PASSWORD: "Violet-Kettle-29" };

  test("the administrator is there after the start, with the account as it was configured", async () => {
    configure({ ...admin, ACCOUNT_ID: "10000001", ACCOUNT_NAME: "Quarry" });
    expect(await prepareFirstAccount()).toEqual({ made: admin.ADMIN_EMAIL });
    expect(await sql("select id, name from accounts")).toEqual([{ id: "10000001", name: "Quarry" }]);
    const input = { email: admin.ADMIN_EMAIL, password: admin.ADMIN_PASSWORD };
    expect((await api.request("/api/v1/sessions", { method: "POST", ...json(input) })).status).toBe(201);
  });

  test("of several processes that start at once one makes it, and a later start changes nothing", async () => {
    configure(admin);
    await Promise.all(Array.from({ length: 5 }, prepareFirstAccount));
    configure({ ...admin, ADMIN_EMAIL: "eve@example.org" });
    expect(await prepareFirstAccount()).toEqual({});
    expect(await sql("select email from users")).toEqual([{ email: admin.ADMIN_EMAIL }]);
  });

  const weak: [password: string, rule: RegExp][] = [
    ["Short-1", /at least 12 characters/],
    ["alllowercaseonly", /three of/],
    ["Password1234!", /common/],
    ["example-Door-29", /Leave out "example"/],
  ];

  test.each(weak)("the password %s stops the start, naming the rule", async (password, rule) => {
    configure({ ...admin, ADMIN_PASSWORD: password });
    const failed = prepareFirstAccount();
    await expect(failed).rejects.toBeInstanceOf(BadSetting);
    await expect(failed).rejects.toThrow(rule);
    await expect(failed).rejects.toThrow(/^ADMIN_PASSWORD: /);
    expect(await counts()).toEqual({ accounts: 0, users: 0 });
  });
});
