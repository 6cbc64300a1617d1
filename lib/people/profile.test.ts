import { beforeAll, describe, expect, test } from "vitest";
import { openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, type Headers, sessionOf } from "#tests/credentials.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;
let here: string;

beforeAll(async () => {
  here = (await openStage()).here;
  api = await openTestApi();
});

async function someone(): Promise<{ who: Person; headers: Headers }> {
  const who = await person(here, ["Member"]);
  return { who, headers: bearer(await sessionOf(who)) };
}

const read = (headers: Headers) => api.request("/api/v1/me", { headers });
const change = (headers: Headers, input: object) =>
  api.request("/api/v1/me", { method: "PATCH", ...json(input, headers) });

test("a profile says who one is, in which account, with which roles, and no secret", async () => {
  const { who, headers } = await someone();
  const { status, body, text } = await read(headers);
  expect([status, body]).toMatchObject([
    200,
    {
      id: who.id,
      username: who.username,
      email: who.email,
      account: { id: here, name: "Quarry", tokenMaxDays: 365 },
      roles: [{ name: "Member", global: true }],
      lockedFields: {},
      version: 1,
    },
  ]);
  expect(text).not.toMatch(/argon2|hash/i);
});

test("what is changed is changed, and what is left out stays", async () => {
  const { headers } = await someone();
  await change(headers, { phone: "+44 20 7946 0000" });
  const { body } = await change(headers, { fullName: "  Ada  Lovelace " });
  expect(body).toMatchObject({ fullName: "Ada  Lovelace", phone: "+44 20 7946 0000", version: 3 });
});

describe("a field that an administrator keeps", () => {
  async function locked() {
    const { who, headers } = await someone();
    await sql(`update users set locked_fields = '{"phone": "Kept by the front desk"}' where id = $1`, who.id);
    return { who, headers };
  }

  test("is refused with the reason, and so is everything that came with it", async () => {
    const { headers } = await locked();
    const { status, body } = await change(headers, { phone: "020 7946 0000", fullName: "Renamed" });
    const error = { pointer: "/phone", code: "locked", message: expect.stringContaining("Kept by the front desk") };
    expect([status, body]).toMatchObject([422, { errors: [error] }]);
    expect((await read(headers)).body).toMatchObject({
      phone: null,
      version: 1,
      fullName: expect.not.stringMatching("Renamed"),
    });
  });

  test("may be sent as it is, and others may change", async () => {
    const { headers } = await locked();
    expect((await change(headers, { phone: "", fullName: "Renamed" })).body).toMatchObject({ fullName: "Renamed" });
  });

  test("is shown with its reason", async () => {
    const { headers } = await locked();
    expect((await read(headers)).body).toMatchObject({ lockedFields: { phone: "Kept by the front desk" } });
  });
});

describe("a phone number", () => {
  const numbers: [typed: string, kept: string | null | "refused"][] = [
    ["", null],
    ["   ", null],
    ["0123456789", "0123456789"],
    ["123456789", "refused"],
    ["+44 (0)20 7946-0000", "+44 (0)20 7946-0000"],
    [" 020 7946 0000 ", "020 7946 0000"],
    ["1".repeat(30), "1".repeat(30)],
    ["1".repeat(31), "refused"],
    ["020.7946/0000", "020.7946/0000"],
    ["020 7946 0000 ext 1", "refused"],
    ["++44 20 7946 0000", "refused"],
    ["٠١٢٣٤٥٦٧٨٩", "refused"],
    ["0123456789<b>", "refused"],
    ["0123456789\n1", "refused"],
  ];

  test.each(numbers)("%j is kept as %j", async (typed, kept) => {
    const { headers } = await someone();
    for (const field of ["phone", "mobilePhone"]) {
      const { status, body } = await change(headers, { [field]: typed });
      const named = expect.arrayContaining([expect.objectContaining({ pointer: `/${field}` })]);
      if (kept === "refused") expect([status, body]).toMatchObject([422, { errors: named }]);
      else expect([status, body]).toMatchObject([200, { [field]: kept }]);
    }
  });
});

test("a name is written in one Unicode form", async () => {
  const { headers } = await someone();
  expect((await change(headers, { fullName: "Rene\u0301e" })).body).toMatchObject({ fullName: "Ren\u00e9e" });
});

test("the time zone is one that the database knows, for it reckons with it", async () => {
  const { headers } = await someone();
  expect((await change(headers, { timeZone: "Europe/Berlin" })).field("timeZone")).toBe("Europe/Berlin");
  for (const timeZone of ["Mars/Olympus", "Europe/Berlin'", ""]) {
    const answer = await change(headers, { timeZone });
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ pointer: "/timeZone" }] }]);
  }
  expect((await read(headers)).field("timeZone")).toBe("Europe/Berlin");
});
