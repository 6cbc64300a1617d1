import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { type Cast, manage, openStage, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { execute } from "./execute.ts";
import { accountId, anyAccountId } from "./fields.ts";
import { defineOperation } from "./operation.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

/** What somebody would write who forgot every condition. */
const everybody = defineOperation({
  name: "test.everybody",
  summary: "Reads whoever it can see",
  route: "GET /test/everybody",
  allow: "list:user",
  input: z.strictObject({ accountId: anyAccountId }),
  output: z.object({ accounts: z.array(z.string()) }),
  run: async ({ tx }) => ({
    accounts: (await tx.selectDistinct({ id: users.accountId }).from(users)).map((u) => u.id),
  }),
});

const renameAll = defineOperation({
  name: "test.rename_all",
  summary: "Renames whoever it can reach",
  route: "POST /test/everybody",
  allow: "update:user",
  stepUp: "never",
  whileImpersonating: "refused",
  input: z.strictObject({ accountId }),
  output: z.object({ renamed: z.int() }),
  audit: () => ({}),
  run: async ({ tx }) => ({ renamed: (await tx.update(users).set({ fullName: "Nobody" }).returning()).length }),
});

const seen = async (who: Parameters<typeof asPerson>[0], input: object = {}) =>
  (await execute(everybody, await asPerson(who), input)).output.accounts.sort();

describe("an operation in an account", () => {
  test("sees no row of another one, even when it forgets to ask", async () => {
    expect(await seen(cast.ada)).toEqual([cast.here]);
  });

  test("changes no row of another one, even when it forgets to ask", async () => {
    await person(cast.there, []);
    const [before] = await sql(
      "select count(*)::int from users where account_id <> $1 and full_name <> 'Nobody'",
      cast.here,
    );
    const { output } = await execute(renameAll, await asPerson(cast.ada), {});
    expect(output.renamed).toBeGreaterThan(2);
    const [after] = await sql(
      "select count(*)::int from users where account_id <> $1 and full_name <> 'Nobody'",
      cast.here,
    );
    expect(after).toEqual(before);
  });

  test("does not find an account that the own one does not manage", async () => {
    await expect(seen(cast.ada, { accountId: cast.there })).rejects.toMatchObject({ code: "not_found" });
    await expect(seen(cast.ada, { accountId: "99999999" })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("in a managed account", () => {
  beforeAll(() => manage(cast.here, cast.there));

  test("an administrator of the managing one acts, and sees that one alone", async () => {
    expect(await seen(cast.ada, { accountId: cast.there })).toEqual([cast.there]);
    expect(await seen(cast.ada, { accountId: "*" })).toEqual([cast.here, cast.there].sort());
  });

  test("a role of scope own does not reach", async () => {
    const reader = await person(cast.here, ["Read Only"]);
    expect(await seen(reader)).toEqual([cast.here]);
    expect(await seen(reader, { accountId: "*" })).toEqual([cast.here]);
    await expect(seen(reader, { accountId: cast.there })).rejects.toMatchObject({ code: "forbidden" });
  });

  test("what was not agreed on is refused", async () => {
    await sql("update account_relations set rights = '{aims:managed:get:*}' where managing_id = $1", cast.here);
    await expect(seen(cast.ada, { accountId: cast.there })).rejects.toMatchObject({ code: "forbidden" });
    expect(await seen(cast.ada, { accountId: "*" })).toEqual([cast.here]);
    await sql("update account_relations set rights = '{*:managed:*:*}' where managing_id = $1", cast.here);
  });

  test("an act stands in the logs of both accounts", async () => {
    await execute(renameAll, await asPerson(cast.ada), { accountId: cast.there });
    const [entry] = await sql("select * from audit_entries where action = 'test.rename_all' order by id desc limit 1");
    expect(entry).toMatchObject({ account_id: cast.there, actor_id: cast.ada.id, actor_account_id: cast.here });
  });

  test("the other way round there is nothing", async () => {
    await expect(seen(cast.dan, { accountId: cast.here })).rejects.toMatchObject({ code: "not_found" });
  });

  test("it is over at once when the relationship ends", async () => {
    await sql("delete from account_relations");
    await expect(seen(cast.ada, { accountId: cast.there })).rejects.toMatchObject({ code: "not_found" });
  });
});
