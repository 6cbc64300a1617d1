import { beforeAll, describe, expect, test } from "vitest";
import { listAudit } from "#lib/audit/list.ts";
import { execute } from "#lib/core/execute.ts";
import { createSession } from "#lib/sign-in/create-session.ts";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { asPerson, callerWith, tokenOf } from "#tests/credentials.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { importUsers } from "../csv/import.ts";
import { createUser } from "./create.ts";
import { findUsers } from "./find.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  api = await openTestApi();
});

const create = async (input: object) => (await execute(createUser, await asPerson(cast.ada), input)).output;
const importOne = async (row: object) =>
  (await execute(importUsers, await asPerson(cast.ada), { rows: [row] })).output.results[0];

/** Signs in as typed, with the password of everybody in these tests; who it is. */
async function signIn(names: object) {
  const { output } = await execute(createSession, callerWith({}), { ...names, password: cast.ada.password });
  return output.user.id;
}

const givePassword = (id: string) =>
  sql(
    "update users set password_hash = (select password_hash from users where id = $2) where id = $1",
    id,
    cast.ada.id,
  );

describe("a domain in its own script and in ASCII", () => {
  const spellings = ["olga@пример.рф", "Olga@ПРИМЕР.рф", "olga@xn--e1afmkfd.xn--p1ai", "olga@XN--E1AFMKFD.рф"];

  test("is one address: nobody else gets it, and it signs in and is found as it is typed", async () => {
    const olga = await create({ fullName: "Olga", email: "olga@пример.рф" });
    expect([olga.email, olga.username]).toEqual(Array(2).fill("olga@xn--e1afmkfd.xn--p1ai"));
    await givePassword(olga.id);
    for (const email of spellings) {
      await expect(create({ fullName: "Eve", email }), email).rejects.toMatchObject({ code: "user_exists" });
      expect(await importOne({ fullName: "Eve", email })).toMatchObject({
        errors: [{ column: "email", code: "taken" }],
      });
      expect(await signIn({ email }), email).toBe(olga.id);
      expect(await signIn({ login: email }), email).toBe(olga.id);
      const { items } = (await execute(findUsers, await asPerson(cast.ada), { email })).output;
      expect(items.map(({ id }) => id)).toEqual([olga.id]);
      const log = (await execute(listAudit, await asPerson(cast.ada), { actor: email })).output;
      expect(log.items.length).toBeGreaterThan(0);
    }
  });

  test("may stand in the username, where that is the own address", async () => {
    const made = await create({ fullName: "Ivan", email: "ivan@xn--e1afmkfd.xn--p1ai", username: "ivan@пример.рф" });
    expect(made.username).toBe("ivan@xn--e1afmkfd.xn--p1ai");
    await expect(
      create({ fullName: "Eve", email: "eve@example.org", username: "ada@пример.рф" }),
    ).rejects.toMatchObject({
      details: { errors: [{ pointer: "/username", code: "foreign_address" }] },
    });
  });
});

test("usernames that differ by what is not shown are one person's", async () => {
  const made = await create({ fullName: "علی\u200Cرضا", email: "alireza@example.org", username: "علی\u200Cرضا" });
  expect([made.fullName, made.username]).toEqual(["علی\u200Cرضا", "علیرضا"]);
  await givePassword(made.id);
  for (const username of ["علیرضا", "علی\u200Cرضا", "علی\u200Bرضا", "\uFEFFعلی\u200Dرضا"]) {
    const again = create({ fullName: "Eve", email: "eve@example.org", username });
    await expect(again).rejects.toMatchObject({ code: "user_exists" });
    expect(await signIn({ username })).toBe(made.id);
  }
});

test("a username of compatibility characters is the one that it looks like, and signs in", async () => {
  const made = await create({ fullName: "Fi", email: "fi@example.org", username: "ﬁona" });
  expect(made.username).toBe("fiona");
  await givePassword(made.id);
  for (const login of ["ﬁona", "Fiona", "ｆｉｏｎａ"]) expect(await signIn({ login }), login).toBe(made.id);
});

test("the API of Mendix takes the same addresses and names", async () => {
  const { secret } = await tokenOf(cast.ada, ["mx_user_write"]);
  const user = { name: "root", fullName: "ශ්\u200Dරී", email: "r&d@mailhost", userRoles: [{ role: "User" }] };
  const headers = { authorization: `mxtoken ${secret}` };
  const { status, body } = await api.request("/userservice/v1/users", {
    method: "POST",
    headers,
    body: JSON.stringify(user),
  });
  expect([status, body]).toMatchObject([201, { fullName: user.fullName, email: user.email }]);
});
