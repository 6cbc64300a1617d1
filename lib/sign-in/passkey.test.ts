import { beforeAll, describe, expect, test } from "vitest";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import { type Authenticator, givePasskey, newAuthenticator, type Twist } from "#tests/authenticator.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, callerWith } from "#tests/credentials.ts";
import { unknownCodeOf } from "#tests/factors.ts";
import { createSession } from "./create-session.ts";
import { passkeySignInOptions, secondFactorOptions, signInWithPasskey } from "./passkey.ts";
import { redeemTicket } from "./redeem-ticket.ts";
import { createSessionWithSecondFactor, proveSecondFactor } from "./second-factor.ts";
import { signIn } from "./sign-in.ts";
import { stepUp, stepUpOptions } from "./step-up.ts";

let here: string;

beforeAll(async () => {
  here = (await openStage({ RATE_LIMIT_FACTOR: "1000" })).here;
});

const someone = () => person(here, ["Member"]);
const nobody = () => callerWith({});

const codeOf = (doing: Promise<unknown>) =>
  doing.then(
    () => "done",
    (error) => (error instanceof Refusal ? error.code : error),
  );

const ask = async () => (await execute(passkeySignInOptions, nobody(), {})).output;
const present = (response: unknown) => execute(signInWithPasskey, nobody(), { response });

async function withPasskey(twist?: Twist): Promise<{ who: Person; id: string; authenticator: Authenticator }> {
  const who = await someone();
  await unknownCodeOf(who);
  return { who, ...(await givePasskey(who, twist)) };
}

const isolated = async (change: string) => {
  const where = await account("Apart");
  await sql(`update accounts set ${change} where id = $1`, where);
  return person(where, ["Member"]);
};

describe("a passkey signs in", () => {
  test("without a name, as two factors in one", async () => {
    const { who, authenticator } = await withPasskey();
    const options = await ask();
    expect(options).toMatchObject({ allowCredentials: [], userVerification: "required", rpId: "localhost" });
    const { output } = await present(authenticator.get(options));
    expect(output).toMatchObject({ next: "ticket", user: { id: who.id } });
    await execute(redeemTicket, nobody(), { ticket: output.ticket });
    const [session] = await sql(
      "select factors, strong from sessions where user_id = $1 order by created_at desc",
      who.id,
    );
    expect(session).toEqual({ factors: ["passkey"], strong: true });
    const [used] = await sql<{ last_used_at: Date | null }>(
      "select last_used_at from passkeys where user_id = $1",
      who.id,
    );
    expect(used?.last_used_at).toBeInstanceOf(Date);
  });

  test("where the account requires a second factor", async () => {
    const who = await isolated("mfa_required = true, mfa_grace_days = 0");
    const { authenticator } = await givePasskey(who);
    expect((await present(authenticator.get(await ask()))).output.next).toBe("ticket");
  });

  test("although the password was to be replaced, or is too old to be", async () => {
    const { who, authenticator } = await withPasskey();
    await sql("update users set password_once = true, password_once_until = now() where id = $1", who.id);
    const { output } = await present(authenticator.get(await ask()));
    expect(output.next).toBe("ticket");
    expect(await codeOf(execute(redeemTicket, nobody(), { ticket: output.ticket }))).toBe("done");
    expect(await codeOf(execute(createSession, nobody(), { username: who.username, password: who.password }))).toBe(
      "password_once_over",
    );
  });

  test("of a kind that does not count", async () => {
    const { authenticator } = await withPasskey();
    for (const _ of [1, 2]) expect(await codeOf(present(authenticator.get(await ask(), { counter: 0 })))).toBe("done");
  });

  test("while others fail from the same address: they cannot shut its owner out", async () => {
    const { authenticator } = await withPasskey();
    const fail = async () => codeOf(present(newAuthenticator().get(await ask(), { userHandle: "eA" })));
    expect(await fail()).toBe("invalid_credentials");
    await sql("update budgets set points = 1000 * 30 where key like 'passkey_address:%'");
    expect(await fail()).toBe("too_many_requests");
    expect(await codeOf(present(authenticator.get(await ask())))).toBe("done");
    const { challenge } = await ask();
    expect(await codeOf(present(authenticator.get({ challenge }, { verified: false })))).toBe("too_many_requests");
    expect(await sql("select from passkey_challenges where challenge = $1", challenge)).toEqual([]);
    await sql("delete from budgets where key like 'passkey_address:%'");
  });
});

describe("one answer to whatever is wrong", () => {
  const lies: [what: string, twist: Twist][] = [
    ["another origin", { origin: "https://evil.example" }],
    ["another host", { rpId: "evil.example" }],
    ["no verification of the person", { verified: false }],
    ["nobody present", { present: false }],
    ["another ceremony", { type: "webauthn.create" }],
    ["no word on whose it is", { userHandle: null }],
    ["a word that it is another's", { userHandle: Buffer.from(crypto.randomUUID()).toString("base64url") }],
    ["a credential that nobody has", { credentialId: "bm9ib2R5" }],
  ];

  test.each(lies)("%s", async (_, twist) => {
    const { who, authenticator } = await withPasskey();
    const options = await ask();
    const refused = await present(authenticator.get(options, twist)).catch((error) => error);
    const unknown = await present(newAuthenticator().get(await ask(), { userHandle: "eA" })).catch((error) => error);
    expect([refused.code, refused.message, refused.details]).toEqual([unknown.code, unknown.message, unknown.details]);
    expect(refused.code).toBe("invalid_credentials");
    expect(await sql("select from tickets where user_id = $1", who.id)).toEqual([]);
    expect(await codeOf(present(authenticator.get(options)))).toBe("invalid_credentials");
  });

  test("a challenge that no database takes", async () => {
    const { authenticator } = await withPasskey();
    for (const challenge of ["a\u0000b", "\ud800", "x".repeat(101)])
      expect(await codeOf(present(authenticator.get({ challenge })))).toBe("invalid_credentials");
  });

  test("the signature of another key", async () => {
    const { who, authenticator } = await withPasskey();
    const options = await ask();
    const twist = { credentialId: authenticator.id, userHandle: Buffer.from(who.id).toString("base64url") };
    expect(await codeOf(present(newAuthenticator().get(options, twist)))).toBe("invalid_credentials");
  });

  test("another's passkey for one's own name", async () => {
    const [{ who }, { authenticator }] = [await withPasskey(), await withPasskey()];
    const twist = { userHandle: Buffer.from(who.id).toString("base64url") };
    expect(await codeOf(present(authenticator.get(await ask(), twist)))).toBe("invalid_credentials");
  });

  test.each(["purpose = 'step-up'", "purpose = 'register'", "expires_at = now()", "challenge = challenge || 'x'"])(
    "a challenge with %s",
    async (change) => {
      const { authenticator } = await withPasskey();
      const options = await ask();
      await sql(`update passkey_challenges set ${change} where challenge = $1`, options.challenge);
      expect(await codeOf(present(authenticator.get(options)))).toBe("invalid_credentials");
    },
  );

  test("a challenge that was made for one person's second factor", async () => {
    const { who, authenticator } = await withPasskey();
    const options = await ask();
    await sql("update passkey_challenges set user_id = $2 where challenge = $1", options.challenge, who.id);
    expect(await codeOf(present(authenticator.get(options)))).toBe("invalid_credentials");
  });

  test("what was presented before", async () => {
    const { authenticator } = await withPasskey();
    const response = authenticator.get(await ask());
    expect([await codeOf(present(response)), await codeOf(present(response))]).toEqual(["done", "invalid_credentials"]);
  });

  test("and it goes on record for whom it was meant", async () => {
    const { who, authenticator } = await withPasskey();
    await codeOf(present(authenticator.get(await ask(), { verified: false })));
    const entries = await sql(
      "select code from audit_entries where actor_id = $1 and action = 'sign_in.passkey'",
      who.id,
    );
    expect(entries).toEqual([{ code: "invalid_credentials" }]);
  });
});

test("of 20 at once with one assertion exactly one wins", async () => {
  const { who, authenticator } = await withPasskey();
  const response = authenticator.get(await ask());
  const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(present(response))));
  expect(codes.sort()).toEqual(["done", ...Array(19).fill("invalid_credentials")]);
  expect(await sql("select from tickets where user_id = $1", who.id)).toHaveLength(1);
});

test("a passkey whose counter ran backwards is refused, flagged and on record", async () => {
  const { who, authenticator } = await withPasskey();
  await present(authenticator.get(await ask(), { counter: 7 }));
  for (const counter of [7, 6, 0])
    expect(await codeOf(present(authenticator.get(await ask(), { counter })))).toBe("passkey_flagged");
  const [kept] = await sql<{ counter: string; flagged_at: Date }>("select * from passkeys where user_id = $1", who.id);
  expect([kept?.counter, kept?.flagged_at]).toEqual(["7", expect.any(Date)]);
  const refused = "select code from audit_entries where actor_id = $1 and result = 'refused'";
  expect(await sql(refused, who.id)).toEqual(Array(3).fill({ code: "passkey_flagged" }));
  const told =
    "select from jobs.job where name = 'notice' and data->>'userId' = $1 and data->>'event' = 'passkey_flagged'";
  expect(await sql(told, who.id)).toHaveLength(1);
});

describe("who may not sign in is told so once the passkey was right, and only then", () => {
  const states: [change: string, code: string][] = [
    ["active = false", "user_inactive"],
    ["locked_until = 'infinity'", "user_locked"],
    ["notifications_only = true", "notifications_only"],
  ];

  test.each(states)("%s", async (change, code) => {
    const { who, authenticator } = await withPasskey();
    await sql(`update users set ${change} where id = $1`, who.id);
    expect(await codeOf(present(authenticator.get(await ask(), { verified: false })))).toBe("invalid_credentials");
    const response = authenticator.get(await ask());
    expect(await codeOf(present(response))).toBe(code);
    await sql("update users set active = true, locked_until = null, notifications_only = false where id = $1", who.id);
    expect(await codeOf(present(response))).toBe("invalid_credentials");
  });
});

describe("beside a password", () => {
  const begin = async ({ username, password }: Person) => {
    const { output } = await execute(signIn, nobody(), { username, password });
    expect(output).toMatchObject({ next: "code", methods: expect.arrayContaining(["passkey"]) });
    return String(output.challenge);
  };

  const optionsFor = async (challenge: string) => (await execute(secondFactorOptions, nobody(), { challenge })).output;

  test("a passkey is the second factor, without verifying its person a second time", async () => {
    const { who, authenticator } = await withPasskey();
    const challenge = await begin(who);
    const options = await optionsFor(challenge);
    expect(options).toMatchObject({ userVerification: "preferred", allowCredentials: [{ id: authenticator.id }] });
    const passkey = authenticator.get(options, { verified: false, userHandle: null });
    const { output } = await execute(proveSecondFactor, nobody(), { challenge, passkey });
    expect(output.next).toBe("ticket");
  });

  test("for programs, too", async () => {
    const { who, authenticator } = await withPasskey();
    const challenge = await begin(who);
    const passkey = authenticator.get(await optionsFor(challenge));
    const { output } = await execute(createSessionWithSecondFactor, nobody(), { challenge, passkey });
    expect(output.user.id).toBe(who.id);
  });

  test("another's passkey, or one that signed for nobody's name, is refused; the sign-in waits on", async () => {
    const [{ who, authenticator }, other] = [await withPasskey(), await withPasskey()];
    const challenge = await begin(who);
    const prove = (passkey: unknown) => codeOf(execute(proveSecondFactor, nobody(), { challenge, passkey }));
    expect(await prove(other.authenticator.get(await optionsFor(challenge), { userHandle: null }))).toBe(
      "wrong_passkey",
    );
    expect(await prove(other.authenticator.get(await optionsFor(challenge)))).toBe("wrong_passkey");
    expect(await prove(authenticator.get(await ask()))).toBe("wrong_passkey");
    expect(await prove(authenticator.get(await optionsFor(challenge)))).toBe("done");
  });

  test("what it signed there opens nothing alone", async () => {
    const { who, authenticator } = await withPasskey();
    const response = authenticator.get(await optionsFor(await begin(who)));
    expect(await codeOf(present(response))).toBe("invalid_credentials");
  });
});

describe("step-up", () => {
  const stale = async (who: Person) => {
    const caller = await asPerson(who, ["password"]);
    await sql("update sessions set fresh_until = now() where user_id = $1", who.id);
    return caller;
  };

  test("with a passkey that verifies its person", async () => {
    const { who, authenticator } = await withPasskey();
    const caller = await stale(who);
    const { output: options } = await execute(stepUpOptions, caller, {});
    expect(options).toMatchObject({ userVerification: "required", allowCredentials: [{ id: authenticator.id }] });
    const { output } = await execute(stepUp, caller, { passkey: JSON.stringify(authenticator.get(options)) });
    expect(Date.parse(output.freshUntil)).toBeGreaterThan(Date.now());
  });

  test.each<[what: string, twist: Twist]>([
    ["that does not verify its person", { verified: false }],
    ["on another site", { origin: "https://evil.example" }],
    ["of nobody", { credentialId: "bm9ib2R5" }],
    ["with a challenge that no database takes", { challenge: "a\u0000b" }],
  ])("is refused to one %s", async (_, twist) => {
    const { who, authenticator } = await withPasskey();
    const caller = await stale(who);
    const { output: options } = await execute(stepUpOptions, caller, {});
    const passkey = authenticator.get(options, twist);
    expect(await codeOf(execute(stepUp, caller, { passkey }))).toBe("wrong_passkey");
  });

  test("is refused to what was signed for signing in, and to another's", async () => {
    const [{ who, authenticator }, other] = [await withPasskey(), await withPasskey()];
    const caller = await stale(who);
    expect(await codeOf(execute(stepUp, caller, { passkey: authenticator.get(await ask()) }))).toBe("wrong_passkey");
    const { output: options } = await execute(stepUpOptions, caller, {});
    expect(await codeOf(execute(stepUp, caller, { passkey: other.authenticator.get(options) }))).toBe("wrong_passkey");
  });
});
