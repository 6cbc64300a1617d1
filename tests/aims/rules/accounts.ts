import { beforeAll, describe, expect, test } from "vitest";
import { account, person, sql } from "#tests/cast.ts";
import { as, tokenOf } from "../client.ts";
import { managedBy } from "../requests.ts";
import { type Stage, theStage } from "../stage.ts";

let stage: Stage;
let api: ReturnType<typeof as>;
let top: string;
let left: string;
let right: string;

beforeAll(async () => {
  stage = await theStage();
  top = await account("Top + Co");
  left = await managedBy(top, "Left");
  right = await managedBy(top, "Right");
  await sql(
    "update accounts set active = false, mfa_required = true, locations = '{insight-us-virginia,insight-eu-ireland}' where id = $1",
    right,
  );
  api = as(stage.api, await tokenOf(stage.api, await person(top, ["Administrator"])));
});

const idsOf = async (path: string) => (await api("GET", path)).body;

test("AC1 an account is told with its locations and whether it requires a second factor", async () => {
  const answer = await api("GET", `/${top}/account`);
  expect(answer.body).toEqual({
    id: top,
    name: "Top + Co",
    active: true,
    version: 1,
    accessible_locations: ["insight-us-virginia"],
    default_location: "insight-us-virginia",
    mfa_required: false,
    created: { at: expect.any(Number), by: "System" },
    modified: { at: expect.any(Number), by: "System" },
  });
});

test("AC2 a managed account is visible, one that is managed by nobody here is 403", async () => {
  expect((await api("GET", `/${left}/account`)).body).toMatchObject({ id: left });
  expect((await api("GET", `/${stage.here}/account`)).status).toBe(403);
});

test("AC3, AC4 by name: exactly that one among the visible, else none; a plus sign is no space", async () => {
  expect((await api("GET", "/accounts/name/Left")).body).toMatchObject({ accounts: [{ id: left }] });
  expect((await api("GET", "/accounts/name/Top%20+%20Co")).body).toMatchObject({ accounts: [{ id: top }] });
  for (const name of ["left", "Lef", "Quarry", "Top+++Co", "Top%20%2B+Co", "%25", "x".repeat(200)])
    expect((await api("GET", `/accounts/name/${name}`)).body).toEqual({ accounts: [] });
});

describe("AC5-AC7 accounts by relationship", () => {
  test("AC5 managing is the inverse of managed, of what can be seen: none for one's own", async () => {
    expect(await idsOf(`/${top}/account_ids/managed`)).toEqual({ account_ids: [left, right] });
    expect(await idsOf(`/${left}/account_ids/managing`)).toEqual({ account_ids: [top] });
    expect(await idsOf(`/${top}/account_ids/managing`)).toEqual({ account_ids: [] });
    const below = as(stage.api, await tokenOf(stage.api, await person(left, ["Administrator"])));
    expect((await below("GET", `/${left}/account_ids/managing`)).body).toEqual({ account_ids: [] });
  });

  test("AC5 bills_to is a relationship as well", async () => {
    expect(await idsOf(`/${top}/account_ids/bills_to`)).toEqual({ account_ids: [] });
  });

  test("whole accounts are told the same way", async () => {
    const answer = await api("GET", `/${top}/accounts/managed`);
    expect(answer.body).toMatchObject({
      accounts: [
        { id: left, name: "Left" },
        { id: right, active: false },
      ],
    });
  });

  test.each(["account_ids", "accounts"])("AC6 other words are invalid_relationship: %s", async (what) => {
    for (const word of ["managers", "MANAGED", "topology"]) {
      const answer = await api("GET", `/${top}/${what}/${word}`);
      expect([answer.status, answer.body]).toEqual([400, { error: "invalid_relationship" }]);
    }
  });

  test("AC7 filters: active, any of the locations, a second factor required", async () => {
    const filtered = (query: string) => idsOf(`/${top}/account_ids/managed?${query}`);
    expect(await filtered("active=true")).toEqual({ account_ids: [left] });
    expect(await filtered("active=false")).toEqual({ account_ids: [right] });
    expect(await filtered("mfa_required=true")).toEqual({ account_ids: [right] });
    expect(await filtered("accessible_locations=insight-eu-ireland,elsewhere")).toEqual({ account_ids: [right] });
    expect(await filtered("accessible_locations=elsewhere")).toEqual({ account_ids: [] });
  });

  test.each(["account_ids/managed", "accounts/managed", "accounts/managed/topology"])(
    "AC7, G13 what cannot be a filter is said: %s",
    async (path) => {
      const locations = await api("GET", `/${top}/${path}?accessible_locations=a%20b`);
      expect([locations.status, locations.body]).toEqual([400, { error: "invalid_accessible_locations" }]);
      const active = await api("GET", `/${top}/${path}?active=maybe`);
      expect([active.status, active.body]).toEqual([400, { error: "invalid_option" }]);
    },
  );

  test("G13 mfa_required is true or false", async () => {
    expect((await api("GET", `/${top}/accounts/managed?mfa_required=1`)).body).toEqual({ error: "invalid_option" });
  });
});

test("AC8, AC9 a relationship that exists is 204, else 404; 403 where either account cannot be seen", async () => {
  const ask = async (path: string) => (await api("GET", path)).status;
  expect(await ask(`/${top}/accounts/managed/${left}`)).toBe(204);
  expect(await ask(`/${left}/accounts/managing/${top}`)).toBe(204);
  expect(await ask(`/${left}/accounts/managed/${top}`)).toBe(404);
  expect(await ask(`/${top}/accounts/bills_to/${left}`)).toBe(404);
  expect(await ask(`/${top}/accounts/managed/${stage.here}`)).toBe(403);
  expect(await ask(`/${stage.here}/accounts/managed/${top}`)).toBe(403);
});

describe("AC10, AC11 the topology", () => {
  test("AC10 is one object, down to the last, with an empty list at the leaves", async () => {
    expect((await api("GET", `/${top}/accounts/managed/topology`)).body).toEqual({
      topology: {
        id: top,
        managed: [
          { id: left, managed: [] },
          { id: right, managed: [] },
        ],
      },
    });
    expect((await api("GET", `/${left}/accounts/managing/topology`)).body).toEqual({
      topology: { id: left, managing: [{ id: top, managing: [] }] },
    });
  });

  test("AC11 fields: some, all, or the id alone", async () => {
    const some = await api("GET", `/${top}/accounts/managed/topology?fields=name,active&active=true`);
    expect(some.body).toEqual({
      topology: {
        id: top,
        name: "Top + Co",
        active: true,
        managed: [{ id: left, name: "Left", active: true, managed: [] }],
      },
    });
    const all = await api(
      "GET",
      `/${top}/accounts/managed/topology?fields=all&accessible_locations=insight-eu-ireland`,
    );
    expect(all.body).toMatchObject({ topology: { version: 1, managed: [{ id: right, mfa_required: true }] } });
  });

  test("AC6 bills_to has no topology", async () => {
    const answer = await api("GET", `/${top}/accounts/bills_to/topology`);
    expect([answer.status, answer.body]).toEqual([400, { error: "invalid_relationship" }]);
  });
});

describe("AC12 updating an account", () => {
  test("switches mfa_required, and nothing else", async () => {
    const answer = await api("POST", `/${left}/account`, { mfa_required: true, name: "Other", active: false });
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { mfa_required: true, name: "Left", active: true, version: 2 },
    ]);
    expect((await api("POST", `/${left}/account`, {})).body).toMatchObject({ mfa_required: true });
  });

  test("a name that cannot be one is invalid_account_name", async () => {
    for (const name of ["", "x".repeat(101)]) {
      const answer = await api("POST", `/${left}/account`, { name });
      expect([answer.status, answer.body]).toEqual([400, { error: "invalid_account_name" }]);
    }
  });

  test("an account that is not active is account_inactive, for users as well", async () => {
    const answer = await api("POST", `/${right}/account`, { mfa_required: false });
    expect([answer.status, answer.body]).toEqual([400, { error: "account_inactive" }]);
    const user = await api("POST", `/${right}/users`, { name: "New", email: "in-right@example.org" });
    expect([user.status, user.body]).toEqual([400, { error: "account_inactive" }]);
  });
});
