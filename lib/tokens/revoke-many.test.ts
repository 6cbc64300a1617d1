import { beforeAll, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { type Cast, openStage, sql, tokenRow } from "#tests/cast.ts";
import { asPerson, bearer, tokenOf } from "#tests/credentials.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { revokeTokens } from "./revoke-many.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage();
  api = await openTestApi();
});

const revoke = async (ids: string[]) => (await execute(revokeTokens, await asPerson(cast.ben), { ids })).output;

test("several tokens end at once, and one notice tells of them", async () => {
  const some = [await tokenOf(cast.ben, ["Tasks"]), await tokenOf(cast.ben, ["Tasks"])];
  const ids = some.map(({ id }) => id);
  const { revoked, missing } = await revoke([...ids, ...ids]);
  expect([revoked.map(({ id }) => id).sort(), missing]).toEqual([ids.sort(), []]);
  for (const { secret } of some) {
    const answer = await api.request("/api/v1/tokens/verify", { headers: bearer(secret) });
    expect(answer.field("code")).toBe("token_revoked");
  }
  const told = `select data->>'subject' as subject from jobs.job where name = 'notice'
    and data->>'userId' = $1 and data->>'event' = 'token_revoked'`;
  expect(await sql(told, cast.ben.id)).toEqual([{ subject: "2 API tokens were revoked" }]);
});

test("what is another's or has ended is named, stays as it was, and hinders nothing", async () => {
  const [mine, ended, anothers] = [
    await tokenRow(cast.ben),
    await tokenRow(cast.ben, { expiresAt: "now()" }),
    await tokenRow(cast.ada),
  ];
  const { revoked, missing } = await revoke([anothers, mine, ended]);
  expect([revoked.map(({ id }) => id), missing]).toEqual([[mine], [anothers, ended]]);
  expect(await sql("select ended_at from tokens where id = $1", anothers)).toEqual([{ ended_at: null }]);
  await expect(revoke([anothers])).rejects.toMatchObject({ status: 404 });
});

test("at most a hundred are named at a time", async () => {
  const ids = Array.from({ length: 101 }, () => crypto.randomUUID());
  await expect(revoke(ids)).rejects.toMatchObject({ code: "invalid_fields" });
});
