import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { account, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { authenticatorOf } from "#tests/factors.ts";
import { countUsers } from "./count.ts";
import { listUsers } from "./list.ts";

let here: string;
let admin: Person;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  here = await account("Orchard");
  admin = await person(here, ["Administrator"], "zoe");
});

const ask = async (input: object = {}, who = admin) => (await execute(listUsers, await asPerson(who), input)).output;
const names = async (input: object = {}, who = admin) => (await ask(input, who)).items.map(({ username }) => username);

const count = async (input: object = {}, who = admin) => (await execute(countUsers, await asPerson(who), input)).output;
const exactly = (count: number) => ({ count, more: false });

/** Somebody of the account, as told. */
async function somebody(name: string, state = "full_name = full_name") {
  const who = await person(here, [], name);
  await sql(`update users set ${state} where id = $1`, who.id);
  return who;
}

test("is sorted by name, and says what is seen of each", async () => {
  await somebody("abel");
  const { items } = await ask({ limit: 1 });
  expect(items).toMatchObject([
    { username: "abel", accountId: here, status: "active", mfa: false, roles: [], version: 1 },
  ]);
});

describe("turning pages", () => {
  const sorts = ["name", "username", "email", "created", "lastSignIn"] as const;

  beforeAll(async () => {
    for (const n of [1, 2, 3, 4, 5, 6, 7])
      await somebody(
        `page${n}`,
        `full_name = 'Same Name', last_sign_in_at = ${n % 2 ? "now()" : "null"}, created_at = '2026-01-01'`,
      );
  });

  test.each(sorts.flatMap((sort) => [[sort, "asc"] as const, [sort, "desc"] as const]))(
    "by %s %s meets everybody once, in the order of one long page",
    async (sort, order) => {
      const whole = await names({ sort, order, limit: 100 });
      const met: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await ask({ sort, order, limit: 3, ...(cursor && { cursor }) });
        met.push(...page.items.map(({ username }) => username));
        cursor = page.nextCursor;
      }
      expect(met).toEqual(whole);
      expect(new Set(met).size).toBe(met.length);
    },
  );

  test("who comes or goes between two pages moves nobody else", async () => {
    const first = await ask({ search: "page", sort: "username", limit: 3 });
    await somebody("page0");
    await sql("delete from users where username = 'page2'");
    const second = await ask({ search: "page", sort: "username", limit: 3, cursor: first.nextCursor });
    expect(second.items.map(({ username }) => username)).toEqual(["page4", "page5", "page6"]);
  });

  test("a cursor belongs to its list, filters, order and accounts", async () => {
    const { nextCursor: cursor } = await ask({ limit: 1 });
    for (const other of [
      { sort: "email" },
      { order: "desc" },
      { search: "page" },
      { status: "active" },
      { accountId: "*" },
    ]) {
      const isTheSame = "accountId" in other;
      const asked = ask({ limit: 1, cursor, ...other });
      if (isTheSame) await asked;
      else await expect(asked).rejects.toMatchObject({ details: { errors: [{ code: "invalid_cursor" }] } });
    }
    const { admin: stranger } = await elsewhere();
    await expect(ask({ limit: 1, cursor }, stranger)).rejects.toMatchObject({
      details: { errors: [{ code: "invalid_cursor" }] },
    });
  });
});

async function elsewhere() {
  const place = await account("Other");
  return { place, admin: await person(place, ["Administrator"]) };
}

describe("searching", () => {
  beforeAll(async () => {
    await somebody("kim_1", "full_name = 'Łukasz O''Brien-Ó'");
    await somebody("longing", "full_name = 'Aaaaaaab 😀😀bcd'");
    await somebody("sig", "full_name = 'İlknur Χ ΟΔΟΣ'");
    await somebody("k%m", "full_name = 'Percent Sign', email = 'Odd+Tag@Example.net'");
  });

  test.each([
    ["łukasz", ["kim_1"]],
    ["O'BRIEN", ["kim_1"]],
    ["'brien-ó kim_1", ["kim_1"]],
    ["O'BRIEN-Ó", ["kim_1"]],
    ["o'brein", []],
    ["Łukasz Kim", []],
    ["İLKNU", ["sig"]],
    ["İLKNUR", ["sig"]],
    ["ΟΔΟΣ", ["sig"]],
    ["Χ ΟΔΟΣ", ["sig"]],
    ["nur x ", []],
    ["odd+tag", ["k%m"]],
    ["im_1", ["kim_1"]],
    ["k%m", ["k%m"]],
    ["_%_", []],
    ["m_", []],
    ["pe", ["k%m"]],
    ["ki", ["kim_1"]],
    ["si", ["sig", "k%m"]],
    ["aaaaaaab", ["longing"]],
    ["aaaaaaaaab", []],
    ["😀😀bc", ["longing"]],
    ["b 😀😀b", ["longing"]],
    ["b 😀😀c", []],
    ["im", []],
    ["\\", []],
    ["' or 1=1 --", []],
  ])("%s finds %j", async (search, expected) => {
    expect(await names({ search, limit: 100 })).toEqual(expected);
    expect(await count({ search })).toEqual(exactly(expected.length));
  });

  test("finds nobody of another account", async () => {
    const { admin: stranger } = await elsewhere();
    for (const search of ["ki", "kim_1", "o'brien"]) {
      expect(await names({ search }, stranger)).toEqual([]);
      expect(await count({ search }, stranger)).toEqual(exactly(0));
    }
    expect(await count({}, stranger)).toEqual(exactly(1));
  });
});

describe("narrowing down", () => {
  let ro = "";
  let group = "";

  beforeAll(async () => {
    await somebody("f-invited", "password_hash = null, invited_at = now()");
    await somebody("f-inactive", "active = false, locked_until = 'infinity'");
    await somebody("f-locked", "locked_until = 'infinity', locked_reason = 'Lost phone'");
    await somebody("f-unlocked", "locked_until = now()");
    await somebody("f-notified", "notifications_only = true, password_hash = null");
    await authenticatorOf(await somebody("f-mfa", "last_sign_in_at = '2026-02-01'"));
    const [role] = await sql<{ id: string }>("select id from roles where name = 'Read Only'");
    ro = role?.id ?? "";
    const [made] = await sql<{ id: string }>(
      "insert into groups (account_id, name) values ($1, 'Crew') returning id",
      here,
    );
    group = made?.id ?? "";
    const member = await somebody("f-member");
    await sql("insert into group_members (group_id, account_id, user_id) values ($1, $2, $3)", group, here, member.id);
    await sql("insert into group_roles (group_id, account_id, role_id) values ($1, $2, $3)", group, here, ro);
    const holder = await somebody("f-holder");
    await sql("insert into user_roles (user_id, role_id) values ($1, $2)", holder.id, ro);
  });

  const filters: [name: string, filter: () => object, expected: string[]][] = [
    ["by status invited", () => ({ status: "invited" }), ["f-invited"]],
    ["by status inactive", () => ({ status: "inactive" }), ["f-inactive"]],
    ["by status locked", () => ({ status: "locked" }), ["f-locked"]],
    ["by status notifications_only", () => ({ status: "notifications_only" }), ["f-notified"]],
    ["by status active", () => ({ status: "active" }), ["f-holder", "f-member", "f-mfa", "f-unlocked"]],
    ["by role, direct or through a group", () => ({ roleId: ro }), ["f-holder", "f-member"]],
    ["by group", () => ({ groupId: group }), ["f-member"]],
    ["by second factor", () => ({ mfa: "on" }), ["f-mfa"]],
    ["by sign-in since", () => ({ signedInSince: "2026-01-31T00:00:00Z" }), ["f-mfa"]],
    ["by sign-in before", () => ({ signedInBefore: "2026-02-02T00:00:00Z" }), ["f-mfa"]],
    ["by sign-in before, to the instant", () => ({ signedInBefore: "2026-02-01T00:00:00Z" }), []],
    ["by two things at once", () => ({ roleId: ro, groupId: group }), ["f-member"]],
  ];

  test.each(filters)("%s", async (_, filter, expected) => {
    expect(await names({ ...filter(), search: "f-", sort: "username", limit: 100 })).toEqual(expected);
    expect(await count({ ...filter(), search: "f-" })).toEqual(exactly(expected.length));
  });

  test("by never having signed in", async () => {
    const never = await names({ lastSignIn: "never", search: "f-" });
    expect([never.includes("f-mfa"), never.includes("f-locked")]).toEqual([false, true]);
  });

  test("tells roles with the groups they come through", async () => {
    const { items } = await ask({ groupId: group });
    expect(items).toMatchObject([{ roles: [{ name: "Read Only", direct: false, groups: [{ name: "Crew" }] }] }]);
  });

  test("a group or role of another account narrows down to nobody", async () => {
    const { admin: stranger } = await elsewhere();
    expect(await names({ groupId: group }, stranger)).toEqual([]);
    expect(await count({ groupId: group }, stranger)).toEqual(exactly(0));
  });

  test("when very many hold a role, each on the way is asked", async () => {
    const { place, admin: busy } = await elsewhere();
    await sql(
      `with made as (insert into users (account_id, username, full_name, email)
         select $1, 'many' || i, 'Many', 'many' || i || '@example.org' from generate_series(1, 2100) i returning id)
       insert into user_roles (user_id, role_id) select id, $2 from made`,
      place,
      ro,
    );
    const { items } = await ask({ roleId: ro, limit: 100, sort: "username" }, busy);
    expect(items.length).toBe(100);
    expect(items.every(({ roles }) => roles[0]?.id === ro)).toBe(true);
    expect(await count({ roleId: ro }, busy)).toEqual({ count: 1000, more: true });
  });
});

test("when very many are found, they are met on the way, in the same order", async () => {
  const { place, admin: busy } = await elsewhere();
  const add = (from: number, to: number) =>
    sql(
      `insert into users (account_id, username, full_name, email)
       select $1, 'crowd' || i, 'Crowded ' || i, 'crowd' || i || '@example.org' from generate_series($2::int, $3::int) i`,
      place,
      from,
      to,
    );
  const twoPages = async () => {
    const first = await ask({ search: "crowded", sort: "username", limit: 50 }, busy);
    const second = await ask({ search: "crowded", sort: "username", limit: 50, cursor: first.nextCursor }, busy);
    return [...first.items, ...second.items].map(({ username }) => username);
  };
  const inOrder = (from: number) => {
    const everybody = Array.from({ length: 2102 - from }, (_, place) => `crowd${from + place}`);
    return everybody.sort().slice(0, 100);
  };
  await add(102, 2101);
  expect(await twoPages()).toEqual(inOrder(102));
  await add(1, 101);
  expect(await twoPages()).toEqual(inOrder(1));
});

describe("counting", () => {
  test("goes as far as 1,000, and says when there are more", async () => {
    const { place, admin: busy } = await elsewhere();
    await sql(
      `insert into users (account_id, username, full_name, email)
       select $1, 'each' || i, 'Each', 'each' || i || '@example.org' from generate_series(1, 1001) i`,
      place,
    );
    for (const filter of [{}, { search: "each" }, { search: "example.org", accountId: "*" }, { status: "active" }])
      expect(await count(filter, busy)).toEqual({ count: 1000, more: true });
    await sql("delete from users where account_id = $1 and username = 'each7'", place);
    expect(await count({ search: "each" }, busy)).toEqual(exactly(1000));
  });

  test("asks for the permission to list people", async () => {
    const member = await person(here, ["Member"]);
    await expect(count({}, member)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("of managed accounts", () => {
  test("is read one at a time, or all of them merged into one order", async () => {
    const { place, admin: theirs } = await elsewhere();
    await manage(here, place);
    expect(await names({ accountId: place })).toEqual([theirs.username]);
    const all = await names({ accountId: "*", limit: 100, sort: "username" });
    expect(all).toEqual([...(await names({ limit: 100 })), theirs.username].sort());
    expect(await count({ accountId: place })).toEqual(exactly(1));
    expect(await count({ accountId: "*" })).toEqual(exactly(all.length));
    expect(await count({ accountId: "*", search: theirs.username })).toEqual(exactly(1));
    const searched = { accountId: "*", search: "@example.org", limit: 100, sort: "username" };
    expect(await names(searched)).toEqual(all.filter((name) => name !== "k%m"));
  });

  test("is not read of one that is not managed", async () => {
    const { place } = await elsewhere();
    await expect(ask({ accountId: place })).rejects.toMatchObject({ code: "not_found" });
    await expect(count({ accountId: place })).rejects.toMatchObject({ code: "not_found" });
  });
});
