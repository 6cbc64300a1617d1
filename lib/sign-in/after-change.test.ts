import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { execute } from "#lib/core/execute.ts";
import { getProfile } from "#lib/people/profile.ts";
import { untilBlocked } from "#tests/blocked.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith } from "#tests/credentials.ts";
import { authenticatorOf } from "#tests/factors.ts";
import { letPausesPass } from "#tests/pauses.ts";
import { createSession } from "./create-session.ts";
import { changePassword } from "./passwords/change.ts";
import { redeemTicket } from "./redeem-ticket.ts";
import { proveSecondFactor } from "./second-factor.ts";
import { signIn } from "./sign-in.ts";

let outside: Pool;

beforeAll(async () => {
  const { url } = await openStage({ RATE_LIMIT_FACTOR: "2" });
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
  const goesOn = execute(getProfile, callerWith(bearer(change.output.token)), {});
  expect((await goesOn).output.id).toBe(ben.id);
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
  await untilBlocked();
  await other.query("commit");
  other.release();
  expect(await late).toBe("invalid_credentials");
});

test("a sign-in that waits for its second factor is over once the password is changed", async () => {
  const ben = await someone();
  const { code } = await authenticatorOf(ben);
  const { output } = await execute(signIn, callerWith({}), names(ben));
  const session = await asPerson(ben);
  await sql("update sessions set strong = true where user_id = $1", ben.id);
  await execute(changePassword, session, { currentPassword: ben.password, newPassword });
  const old = execute(proveSecondFactor, callerWith({}), { challenge: output.challenge, code: await code() });
  await expect(old).rejects.toMatchObject({ code: "challenge_expired" });
});

test("a ticket earned before there was a second factor opens nothing once there is one", async () => {
  const ben = await someone();
  const { output } = await execute(signIn, callerWith({}), names(ben));
  await authenticatorOf(ben);
  const late = execute(redeemTicket, callerWith({}), { ticket: output.ticket });
  await expect(late).rejects.toMatchObject({ code: "invalid_credentials" });
});

test("a password that is changed prolongs nothing that was proven before", async () => {
  const ben = await someone();
  const session = await asPerson(ben);
  await sql(
    "update sessions set proven_at = now() - interval '59 minutes', expires_at = now() + interval '5 minutes' where user_id = $1",
    ben.id,
  );
  await execute(changePassword, session, { currentPassword: ben.password, newPassword });
  const kept =
    "select proven_at < now() - interval '58 minutes' and expires_at < now() + interval '6 minutes' as kept from sessions where user_id = $1";
  expect(await sql(kept, ben.id)).toEqual([{ kept: true }]);
});

test("a name is guessed at under one count, whichever way it is given", async () => {
  const ben = await someone();
  const wrong = { password: "Not-the-Password-1" };
  const caller = { ...callerWith({}), address: "203.0.113.99" };
  const ask = (input: object) => execute(createSession, caller, { ...wrong, ...input }).catch(({ code }) => code);
  for (const name of [ben.username, "nobody-of-that-name"]) {
    for (let n = 0; n < 100 && (await ask({ username: name })) !== "too_many_requests"; n++) await letPausesPass();
    expect(await ask({ email: name })).toBe("too_many_requests");
  }
});
