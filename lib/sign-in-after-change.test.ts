import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashPassword } from "./core/hashing.ts";
import { execute } from "./core/operation.ts";
import { changePassword } from "./passwords.ts";
import { createSession, redeemTicket, signIn } from "./sign-in.ts";
import { account, openStage, type Person, person, sql } from "./testing/cast.ts";
import { asPerson, callerWith } from "./testing/credentials.ts";

let outside: Pool;

beforeAll(async () => {
  const { url } = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  outside = new Pool({ connectionString: url });
  afterAll(() => outside.end());
});

const someone = async () => person(await account("Own"), ["Member"]);
const names = ({ username, password }: Person) => ({ username, password });
const newPassword = "Amber-Trestle-41";

test("a ticket that the old password earned is worth nothing once the password is changed", async () => {
  const ben = await someone();
  const { output } = await execute(signIn, callerWith({}), names(ben));
  const change = await execute(changePassword, await asPerson(ben), { currentPassword: ben.password, newPassword });
  const old = execute(redeemTicket, callerWith({}), { ticket: output.ticket });
  await expect(old).rejects.toMatchObject({ code: "invalid_credentials" });
  const own = await execute(redeemTicket, callerWith({}), { ticket: change.output.ticket });
  expect(own.output.user.id).toBe(ben.id);
});

test("a sign-in whose password is changed before it is done is refused", async () => {
  const ben = await someone();
  const other = await outside.connect();
  await other.query("begin");
  await other.query("update users set password_hash = $2 where id = $1", [ben.id, await hashPassword(newPassword)]);
  const late = execute(createSession, callerWith({}), names(ben)).then(
    () => "opened",
    ({ code }) => code,
  );
  await waiting();
  await other.query("commit");
  other.release();
  expect(await late).toBe("invalid_credentials");
});

async function waiting() {
  const blocked = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
  while (!(await sql(blocked)).length) await new Promise((passed) => setTimeout(passed, 20));
}
