import { beforeAll, describe, expect, test } from "vitest";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import { givePasskey, newAuthenticator, type Twist } from "#tests/authenticator.ts";
import { openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson as asPersonWith, bearer, callerWith, sessionOf } from "#tests/credentials.ts";
import { getFactors } from "../get.ts";
import { readAssertion, readRegistration } from "./ceremony.ts";
import { addPasskey, passkeyOptions, removePasskey, renamePasskey } from "./operations.ts";

let here: string;

beforeAll(async () => {
  here = (await openStage({ RATE_LIMIT_FACTOR: "1000" })).here;
});

/** Somebody who has proven a passkey lately, whether or not they have one. */
const asPerson = (who: Person) => asPersonWith(who, ["passkey"]);

const someone = () => person(here, ["Member"]);

/** `done`, or the code it was refused with; for a field, what was wrong with it. */
const codeOf = (doing: Promise<unknown>) =>
  doing.then(
    () => "done",
    (error) => (error instanceof Refusal ? (error.details.errors?.[0]?.code ?? error.code) : error),
  );

const ask = async (who: Person) => (await execute(passkeyOptions, await asPerson(who), {})).output;
const passkeysOf = (who: Person) => sql("select * from passkeys where user_id = $1 order by created_at", who.id);
const noticesTo = async (who: Person) => {
  const queued =
    "select data->>'event' as event from jobs.job where name = 'notice' and data->>'userId' = $1 order by created_on";
  return (await sql<{ event: string }>(queued, who.id)).map(({ event }) => event);
};

describe("adding a passkey", () => {
  test("asks for one that is found without a name and verifies its person", async () => {
    const who = await someone();
    const { authenticator } = await givePasskey(who);
    const options = await ask(who);
    expect(options).toMatchObject({
      rp: { id: "localhost" },
      user: { name: who.username, displayName: who.fullName },
      attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: [{ id: authenticator.id, type: "public-key", transports: ["internal"] }],
    });
    expect(Buffer.from(options.challenge, "base64url")).toHaveLength(32);
    expect(Buffer.from(options.user.id, "base64url").toString()).toBe(who.id);
  });

  test("brings recovery codes with the first factor, a session under a new token, and a notice", async () => {
    const who = await someone();
    const before = await sessionOf(who, ["password"]);
    const caller = callerWith(bearer(before));
    const { output: options } = await execute(passkeyOptions, caller, {});
    const { output } = await execute(addPasskey, caller, {
      name: "laptop",
      response: newAuthenticator().create(options),
    });
    expect(output.recoveryCodes).toHaveLength(10);
    expect(await codeOf(execute(getFactors, callerWith(bearer(before)), {}))).toBe("session_ended");
    const { output: mine } = await execute(getFactors, callerWith(bearer(output.token)), {});
    expect(mine).toMatchObject({ mfa: "on", passkeys: [{ id: output.id, name: "laptop", provider: "Passkey" }] });
    expect(await noticesTo(who)).toEqual(["factor_added"]);
    expect((await givePasskey(who)).recoveryCodes).toBeUndefined();
  });

  test("says who keeps it and whether it is synced, and never shows its key", async () => {
    const who = await someone();
    await givePasskey(who, { aaguid: "bada5566-a7aa-401f-bd96-45619a55120d", synced: true });
    const { output } = await execute(getFactors, await asPerson(who), {});
    expect(output.passkeys).toMatchObject([{ provider: "1Password", backedUp: true, flaggedAt: null }]);
    expect(Object.keys(output.passkeys[0] ?? {}).sort()).toEqual(
      ["backedUp", "createdAt", "flaggedAt", "id", "lastUsedAt", "name", "provider"].sort(),
    );
  });

  test("one in a hundred signatures is a byte shorter, and holds like the others", async () => {
    const authenticator = newAuthenticator();
    const user = { id: "eA", name: "x", displayName: "x" };
    const kept = await readRegistration(authenticator.create({ challenge: "eA", user }));
    if (!kept) throw new Error("not registered");
    const asked = Array.from({ length: 1000 }, () => readAssertion(authenticator.get({ challenge: "eA" }), kept, true));
    expect((await Promise.all(asked)).filter((read) => !read)).toEqual([]);
  });

  test("ends every other session, unless asked otherwise", async () => {
    const who = await someone();
    const other = await sessionOf(who, ["passkey"]);
    const add = async (input: object) =>
      execute(addPasskey, await asPerson(who), { response: newAuthenticator().create(await ask(who)), ...input });
    await add({ endOtherSessions: false });
    expect(await codeOf(execute(getFactors, callerWith(bearer(other)), {}))).toBe("done");
    await add({});
    expect(await codeOf(execute(getFactors, callerWith(bearer(other)), {}))).toBe("session_ended");
  });

  test("takes the JSON as its text, as a form sends it", async () => {
    const who = await someone();
    const response = JSON.stringify(newAuthenticator().create(await ask(who)));
    expect(await codeOf(execute(addPasskey, await asPerson(who), { response }))).toBe("done");
  });

  const lies: [what: string, twist: Twist][] = [
    ["of another origin", { origin: "https://evil.example" }],
    ["of our origin on another port", { origin: "http://localhost:1" }],
    ["for another host", { rpId: "evil.example" }],
    ["that did not verify its person", { verified: false }],
    ["that nobody touched", { present: false }],
    ["of another ceremony", { type: "webauthn.get" }],
    ["with a challenge that no database takes", { challenge: "a\u0000b" }],
  ];

  test.each(lies)("is refused %s, and leaves nothing", async (_, twist) => {
    const who = await someone();
    const response = newAuthenticator().create(await ask(who), twist);
    expect(await codeOf(execute(addPasskey, await asPerson(who), { response }))).toBe("not_verified");
    expect(await passkeysOf(who)).toEqual([]);
    expect(await noticesTo(who)).toEqual([]);
  });

  test("is refused with a challenge of another person, of another purpose, used, or too old", async () => {
    const [who, other] = [await someone(), await someone()];
    const add = async (challenge: string) => {
      const response = newAuthenticator().create({ ...(await ask(who)), challenge });
      return codeOf(execute(addPasskey, await asPerson(who), { response }));
    };
    const { challenge: others } = await ask(other);
    expect(await add(others)).toBe("not_verified");
    for (const [change, code] of [
      ["purpose = 'step-up'", "not_verified"],
      ["expires_at = now()", "not_verified"],
      ["expires_at = now() + interval '1 second'", "done"],
    ] as const) {
      const { challenge } = await ask(who);
      await sql(`update passkey_challenges set ${change} where challenge = $1`, challenge);
      expect(await add(challenge)).toBe(code);
    }
    const { challenge } = await ask(who);
    expect([await add(challenge), await add(challenge)]).toEqual(["done", "not_verified"]);
  });

  test("a failed one has used its challenge up", async () => {
    const who = await someone();
    const options = await ask(who);
    const lie = newAuthenticator().create(options, { verified: false });
    expect(await codeOf(execute(addPasskey, await asPerson(who), { response: lie }))).toBe("not_verified");
    const truth = newAuthenticator().create(options);
    expect(await codeOf(execute(addPasskey, await asPerson(who), { response: truth }))).toBe("not_verified");
  });

  test("a credential that somebody has already is refused, whoever has it", async () => {
    const [who, other] = [await someone(), await someone()];
    const { authenticator } = await givePasskey(other);
    const response = newAuthenticator().create(await ask(who), { credentialId: authenticator.id });
    expect(await codeOf(execute(addPasskey, await asPerson(who), { response }))).toBe("conflict");
    expect(await passkeysOf(other)).toHaveLength(1);
  });

  test("of many at once for the twentieth place exactly one is added", async () => {
    const who = await someone();
    await sql(
      `insert into passkeys (user_id, name, credential_id, public_key, transports, aaguid, backed_up)
       select $1::uuid, 'k', $1::text || i, '', '{}', '', false from generate_series(1, 19) i`,
      who.id,
    );
    const coming = await Promise.all(
      Array.from({ length: 6 }, async () => ({
        caller: await asPerson(who),
        response: newAuthenticator().create(await ask(who)),
      })),
    );
    const made = coming.map(({ caller, response }) =>
      codeOf(execute(addPasskey, caller, { response, endOtherSessions: false })),
    );
    expect((await Promise.all(made)).sort()).toEqual(["done", ...Array(5).fill("limit_reached")]);
  });

  test("asks for step-up first", async () => {
    const who = await someone();
    const stale = await asPerson(who);
    await sql("update sessions set fresh_until = now() where user_id = $1", who.id);
    expect(await codeOf(execute(passkeyOptions, stale, {}))).toBe("step_up_required");
    const response = newAuthenticator().create({ challenge: "x", user: { id: "x", name: "x", displayName: "x" } });
    expect(await codeOf(execute(addPasskey, stale, { response }))).toBe("step_up_required");
  });

  test.each(["", "{", "null", "[]", '{"id":1}', "x".repeat(30_000)])(
    "answers %j with what is wrong",
    async (response) => {
      const refused = await execute(addPasskey, await asPerson(await someone()), { response }).catch((error) => error);
      expect([refused.status, refused.code]).toEqual([422, "invalid_fields"]);
    },
  );
});

describe("a passkey of one's own", () => {
  test("is renamed and removed, with a notice; another's is not there", async () => {
    const [who, other] = [await someone(), await someone()];
    const { id } = await givePasskey(who);
    const theirs = await asPerson(other);
    expect(await codeOf(execute(renamePasskey, theirs, { id, name: "mine now" }))).toBe("not_found");
    expect(await codeOf(execute(removePasskey, theirs, { id }))).toBe("not_found");
    await execute(renamePasskey, await asPerson(who), { id, name: "old phone" });
    expect(await passkeysOf(who)).toMatchObject([{ name: "old phone" }]);
    await execute(removePasskey, await asPerson(who), { id });
    expect(await passkeysOf(who)).toEqual([]);
    expect(await noticesTo(who)).toEqual(["factor_added", "factor_removed"]);
  });

  test("takes the recovery codes with it when it was the last factor", async () => {
    const who = await someone();
    const { id } = await givePasskey(who);
    await execute(removePasskey, await asPerson(who), { id });
    expect(await sql("select from recovery_codes where user_id = $1", who.id)).toEqual([]);
  });

  test("stays when it is the last factor and the account requires one", async () => {
    const who = await someone();
    const [first, second] = [await givePasskey(who), await givePasskey(who)];
    await sql("update accounts set mfa_required = true where id = $1", here);
    expect(await codeOf(execute(removePasskey, await asPerson(who), { id: first.id }))).toBe("done");
    expect(await codeOf(execute(removePasskey, await asPerson(who), { id: second.id }))).toBe("second_factor_demanded");
    expect(await passkeysOf(who)).toHaveLength(1);
    await sql("update accounts set mfa_required = false where id = $1", here);
  });

  test.each([
    [undefined, "session_ended"],
    ["false", "done"],
    [false, "done"],
    ["true", "session_ended"],
  ])("removed with endOtherSessions %j, another session is %s", async (endOtherSessions, code) => {
    const who = await someone();
    const { id } = await givePasskey(who);
    const other = await sessionOf(who, ["passkey"]);
    await execute(removePasskey, await asPerson(who), { id, endOtherSessions });
    expect(await codeOf(execute(getFactors, callerWith(bearer(other)), {}))).toBe(code);
  });
});
