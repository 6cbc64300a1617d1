import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, callerWith } from "#tests/credentials.ts";
import { linkOf } from "#tests/samples/operations.ts";
import { createSession } from "../create-session.ts";
import { replaceOneTimePassword } from "../new-password.ts";
import { checkReset } from "../resets/check.ts";
import { completeReset } from "../resets/complete.ts";
import { signIn } from "../sign-in.ts";
import { changePassword } from "./change.ts";
import { getPassword } from "./get.ts";

let who: Person;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
});

beforeEach(async () => {
  who = await person(await account("Own"), ["Member"]);
});

const ask = (policy: string) => sql(`update accounts set ${policy} where id = $1`, who.accountId);
const nobody = () => callerWith({});
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "done",
    (refusal) => refusal.details.errors?.[0]?.code ?? refusal.code,
  );

/** Every transport over which somebody sets a password. */
const transports: [name: string, set: (newPassword: string) => Promise<unknown>][] = [
  [
    "changing it",
    async (newPassword) => execute(changePassword, await asPerson(who), { currentPassword: who.password, newPassword }),
  ],
  [
    "a mailed link",
    async (newPassword) =>
      execute(completeReset, nobody(), { link: await linkOf(who, "reset", { email: who.email }), newPassword }),
  ],
  [
    "sign-in, in place of a one-time password",
    async (newPassword) => {
      await sql("update users set password_once = true where id = $1", who.id);
      const { output } = await execute(signIn, nobody(), { username: who.username, password: who.password });
      return execute(replaceOneTimePassword, nobody(), { challenge: output.challenge, newPassword });
    },
  ],
];

describe.each(transports)("by %s", (_, set) => {
  test("the account's profile decides: nist takes a long one of one kind, classic does not", async () => {
    expect(await codeOf(set("copper lantern on a hill"))).toBe("too_few_kinds");
    await ask("password_profile = 'nist'");
    expect(await codeOf(set("copper lantern"))).toBe("too_short");
    expect(await codeOf(set("copper lantern on a hill"))).toBe("done");
  });

  test("nist asks for less where a second factor is required", async () => {
    await ask("password_profile = 'nist', mfa_required = true, mfa_grace_days = 30");
    expect(await codeOf(set("copper lant"))).toBe("too_short");
    expect(await codeOf(set("copper lantern"))).toBe("done");
  });
});

describe("where passwords have an age", () => {
  const signInNow = async () =>
    (await execute(signIn, nobody(), { username: who.username, password: who.password })).output;
  const chosen = (age: string) =>
    sql(`update users set password_changed_at = now() - interval '${age}' where id = $1`, who.id);

  beforeEach(() => ask("password_max_age_days = 90"));

  test("one that is too old is replaced at sign-in, and then good again", async () => {
    await chosen("90 days");
    const { next, because, rules, challenge } = await signInNow();
    expect({ next, because, rules }).toEqual({
      next: "new-password",
      because: "age",
      rules: { profile: "classic", secondFactor: false },
    });
    const newPassword = "Copper-Lantern-83";
    const replaced = await execute(replaceOneTimePassword, nobody(), { challenge, newPassword });
    expect(replaced.output.next).toBe("ticket");
    who.password = newPassword;
    expect((await signInNow()).next).toBe("ticket");
  });

  test("a younger one is good", async () => {
    await chosen("89 days");
    expect((await signInNow()).next).toBe("ticket");
  });

  test("programs are refused with what is missing", async () => {
    await chosen("91 days");
    const { username, password } = who;
    expect(await codeOf(execute(createSession, nobody(), { username, password }))).toBe("new_password_required");
  });

  test("one that was never changed is as old as its person", async () => {
    await sql(
      "update users set password_changed_at = null, created_at = now() - interval '91 days' where id = $1",
      who.id,
    );
    expect((await signInNow()).next).toBe("new-password");
  });

  test("without an age none grows too old", async () => {
    await chosen("9 years");
    await ask("password_max_age_days = null");
    expect((await signInNow()).next).toBe("ticket");
  });
});

test("a person is told what their account asks, and until when", async () => {
  await ask("password_profile = 'nist', password_max_age_days = 10");
  await sql("update users set password_changed_at = '2030-01-01T00:00:00Z' where id = $1", who.id);
  const { output } = await execute(getPassword, await asPerson(who), {});
  expect(output).toEqual({
    rules: { profile: "nist", secondFactor: false },
    changedAt: "2030-01-01T00:00:00.000Z",
    dueAt: "2030-01-11T00:00:00.000Z",
  });
  await ask("password_max_age_days = null");
  expect((await execute(getPassword, await asPerson(who), {})).output.dueAt).toBeNull();
});

test("who holds a link to a new password is told what it has to keep", async () => {
  await ask("password_profile = 'nist'");
  const link = await linkOf(who, "reset", { email: who.email });
  expect((await execute(checkReset, nobody(), { link })).output.rules).toEqual({
    profile: "nist",
    secondFactor: false,
  });
});
