import { beforeAll, expect, test } from "vitest";
import { prepareFirstAccount } from "#lib/accounts/setup.ts";
import { deleteUser } from "#lib/people/users/delete.ts";
import { createSession } from "#lib/sign-in/create-session.ts";
import { changePassword } from "#lib/sign-in/passwords/change.ts";
import { type Cast, openPortal, openStage, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { configure } from "#tests/settings.ts";
import { execute } from "./execute.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
});

const recorded = (requestId: string) =>
  sql(
    "select actor_id, account_id, credential_id, action, result, code from audit_entries where request_id = $1",
    requestId,
  );

test("who signs in while somebody else's session is there is on record as themselves", async () => {
  const { ben, dan } = cast;
  const caller = await asPerson(ben);
  await execute(createSession, caller, { username: dan.username, password: dan.password });
  const self = { actor_id: dan.id, account_id: dan.accountId, credential_id: null };
  expect(await recorded(caller.requestId)).toEqual([
    { ...self, action: "sessions.create", result: "done", code: null },
  ]);
  const again = await asPerson(ben);
  await execute(createSession, again, { username: dan.username, password: "wrong" }).catch(() => {});
  expect(await recorded(again.requestId)).toMatchObject([{ ...self, result: "refused", code: "invalid_credentials" }]);
});

test("a wrong current password is on record", async () => {
  const caller = await asPerson(cast.ben);
  const input = { currentPassword: "wrong", newPassword: "Amber-Trestle-41" };
  await execute(changePassword, caller, input).catch(() => {});
  const entry = { actor_id: cast.ben.id, action: "password.change", result: "refused", code: "wrong_password" };
  expect(await recorded(caller.requestId)).toMatchObject([entry]);
});

test("a refusal names what it would have been done to, where it was asked for in the account itself", async () => {
  const { ben, dan } = cast;
  const targetOf = async (input: unknown) => {
    const caller = await asPerson(ben);
    await execute(deleteUser, caller, input).catch(() => {});
    return sql("select account_id, target, result from audit_entries where request_id = $1", caller.requestId);
  };
  const refused = { account_id: ben.accountId, result: "refused" };
  expect(await targetOf({ userId: dan.id })).toEqual([{ ...refused, target: dan.id }]);
  expect(await targetOf({ userId: "nobody" })).toEqual([]);
});

test("the first administrator is on record also when the settings made them", async () => {
  await openPortal();
  configure({ ADMIN_EMAIL: "first@example.org", ADMIN_PASSWORD: "Violet-Kettle-29" });
  await prepareFirstAccount();
  const [entry] = await sql("select * from audit_entries where action = 'setup.create'");
  const [user] = await sql("select id, account_id from users");
  expect(entry).toMatchObject({ result: "done", target: user?.id, details: { accountId: user?.account_id } });
});
