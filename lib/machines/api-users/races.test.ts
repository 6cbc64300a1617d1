import { randomUUID } from "node:crypto";
import pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { importUsers } from "#lib/people/csv/import.ts";
import { createUser } from "#lib/people/users/create.ts";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { asPerson, callerWith } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { groupRow } from "#tests/rights.ts";
import { apiUserRow, customerKeyOf } from "#tests/samples/api-users.ts";
import { createApiUser } from "./create.ts";
import { deleteApiUser } from "./delete.ts";
import { addApiUserSecret } from "./secrets.ts";
import { signInApiUser } from "./sign-in.ts";

let cast: Cast;
let ada: Awaited<ReturnType<typeof asPerson>>;
let groupId: string;
let customerKey: string;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "100000" });
  ada = await asPerson(cast.ada);
  groupId = await groupRow(cast.here);
  customerKey = (await customerKeyOf(cast.here)).key;
});

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    ({ code }) => String(code),
  );

/** Does two things at once, again and again, several pairs side by side; what came of each pair, in no order. */
async function race(round: () => Promise<[Promise<unknown>, Promise<unknown>]>, times = rounds(500)) {
  const outcomes = await rounded(async () => (await Promise.all((await round()).map(codeOf))).sort().join(), times);
  return [...new Set(outcomes)].sort();
}

async function rounded<T>(round: () => Promise<T>, times = rounds(500)): Promise<T[]> {
  const done: T[] = [];
  while (done.length < times) done.push(...(await Promise.all(Array.from({ length: 8 }, round))));
  return done;
}

const someone = (change: object = {}) => {
  const login = randomUUID();
  return { login, name: "Some", surname: "Program", email: `${login}@example.org`, groupIds: [groupId], ...change };
};
const make = (change: object) => execute(createApiUser, ada, someone(change));
const personWith = (email: string) =>
  sql("insert into users (account_id, username, full_name, email) values ($1, $2, 'Somebody', $2)", cast.there, email);
const signIn = (login: string, secret: string) =>
  execute(signInApiUser, callerWith({}), { customerKey, login, secret }).then(({ output }) => output.token);

describe("of two at once", () => {
  test("one gets the login, and one the e-mail address, be the other a person", async () => {
    let isAboutLogin = false;
    const outcomes = await race(async () => {
      isAboutLogin = !isAboutLogin;
      const [login, email] = [randomUUID(), `${randomUUID()}@example.org`];
      return isAboutLogin
        ? [make({ login }), make({ login: login.toUpperCase() })]
        : [make({ email }), personWith(email)];
    });
    for (const outcome of outcomes) expect(["23505,ok", "conflict,ok"]).toContain(outcome);
    expect(outcomes).toContain("conflict,ok");
  });

  test("one gets the e-mail address, be the other a person who is taken into a group", async () => {
    const outcomes = await race(async () => {
      const email = `${randomUUID()}@example.org`;
      const person = { fullName: "Some Person", email, groupIds: [groupId] };
      return [make({ email }), execute(createUser, ada, person)];
    }, rounds(100));
    for (const outcome of outcomes) expect(["conflict,ok", "ok,user_exists"]).toContain(outcome);
  });

  test("one gets the e-mail address, be the other among people of a file", async () => {
    const [{ name } = { name: "" }] = await sql<{ name: string }>("select name from groups where id = $1", groupId);
    const results = await rounded(async () => {
      const email = `${randomUUID()}@example.org`;
      const people = [{ email }, { email: `${randomUUID()}@example.org`, groups: name }];
      const rows = people.map((cells) => ({ fullName: "Some Person", ...cells }));
      const imported = execute(importUsers, ada, { rows }).then(({ output }) => output.results[0]?.errors[0]?.code);
      return (await Promise.all([codeOf(make({ email })), imported])).join();
    }, rounds(100));
    expect(["ok,user_exists", "ok,taken", "conflict,"]).toEqual(expect.arrayContaining([...new Set(results)]));
  });

  test("one adds the second secret, and none a third", async () => {
    const outcomes = await race(async () => {
      const input = { apiUserId: (await apiUserRow(cast.here)).id };
      return [execute(addApiUserSecret, ada, input), execute(addApiUserSecret, ada, input)];
    });
    expect(outcomes).toEqual(["limit_reached,ok"]);
  });

  test("both get the same token where it is to be the same", async () => {
    const kinds = await rounded(async () => {
      const { login, secret } = await apiUserRow(cast.here);
      return new Set(await Promise.all([signIn(login, secret), signIn(login, secret)])).size;
    });
    expect(new Set(kinds)).toEqual(new Set([1]));
  });

  test("who signs in while the API user is deleted gets nothing that opens anything", async () => {
    const outcomes = await race(async () => {
      const { id: apiUserId, login, secret } = await apiUserRow(cast.here);
      return [signIn(login, secret), execute(deleteApiUser, ada, { apiUserId })];
    });
    for (const outcome of outcomes) expect(["invalid_credentials,ok", "ok,ok"]).toContain(outcome);
    const left = "select from api_user_tokens t where not exists (select from api_users u where u.id = t.api_user_id)";
    expect(await sql(left)).toEqual([]);
  });
});

describe("while an API user takes an address, not yet for good", () => {
  const taking = async (work: (email: string) => Promise<unknown>) => {
    const client = new pg.Client({ connectionString: cast.url });
    await client.connect();
    const email = `${randomUUID()}@example.org`;
    const values = [cast.here, randomUUID(), email];
    const text = "insert into api_users (account_id, login, name, surname, email) values ($1, $2, 'A', 'B', $3)";
    await client.query("begin");
    await client.query(text, values);
    try {
      return await work(email);
    } finally {
      await client.query("commit");
      await client.end();
    }
  };

  test("people with other addresses wait for nobody, be they new or changed", async () => {
    const one = `${randomUUID()}@example.org`;
    await personWith(one);
    await taking(async (email) => {
      const [other] = await sql<{ other: string }>(
        `select n || '@example.org' as other from generate_series(1, 9) n
         where hashtext(n || '@example.org') & 1023 <> hashtext($1) & 1023 limit 1`,
        email,
      );
      await personWith(String(other?.other));
      await sql("update users set full_name = 'Renamed', email = upper(email) where email = $1", one);
    });
  });

  test("whoever wants the same one waits for what comes of it", async () => {
    const wanted: Promise<string>[] = [];
    const waits = "select count(*)::int as waits from pg_locks where locktype = 'advisory' and not granted";
    await taking(async (email) => {
      wanted.push(codeOf(personWith(email.toUpperCase())));
      await expect.poll(async () => (await sql(waits))[0]?.waits, { timeout: 10_000 }).toBe(1);
    });
    expect(await Promise.all(wanted)).toEqual(["23505"]);
  });
});
