import { beforeAll, describe, expect, test } from "vitest";
import { account, openStage, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf } from "#tests/credentials.ts";
import { authenticatorOf } from "#tests/factors.ts";
import { allow, holder } from "#tests/rights.ts";
import { type Answer, openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;

beforeAll(async () => {
  await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  api = await openTestApi();
});

const someone = async () => person(await account("Own"), ["Member"]);
const remove = (path: string, session: string) =>
  api.request(`/api/v1${path}`, { method: "DELETE", headers: bearer(session) });
const told = ({ status, body }: Answer) => [status, (body as { code?: string }).code];

describe("an administrator", () => {
  test("removes the factors of somebody who lost them: their sessions end, and they are told", async () => {
    const who = await someone();
    const administrator = await person(who.accountId, ["Administrator"]);
    await authenticatorOf(who);
    const session = await sessionOf(who);
    expect((await remove(`/users/${who.id}/factors`, await sessionOf(administrator))).status).toBe(204);
    expect((await api.request("/api/v1/me", { headers: bearer(session) })).status).toBe(401);
    const notices = "select data->>'event' as event from jobs.job where name = 'notice' and data->>'userId' = $1";
    expect(await sql(notices, who.id)).toEqual([{ event: "factor_removed" }]);
  });

  test("removes none of somebody who may do more", async () => {
    const boss = await person(await account("Own"), ["Administrator"]);
    await authenticatorOf(boss);
    const desk = await holder(boss.accountId, allow("admin:own:update:user"));
    const answer = await remove(`/users/${boss.id}/factors`, await sessionOf(desk));
    expect(told(answer)).toEqual([403, "privilege_escalation"]);
    expect(await sql("select user_id from authenticators where user_id = $1", boss.id)).toHaveLength(1);
  });

  test("cannot do so to themselves by that way", async () => {
    const administrator = await person(await account("Own"), ["Administrator"]);
    const answer = await remove(`/users/${administrator.id}/factors`, await sessionOf(administrator));
    expect(told(answer)).toEqual([403, "forbidden"]);
  });
});
