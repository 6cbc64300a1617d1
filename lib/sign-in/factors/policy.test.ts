import { beforeAll, describe, expect, test } from "vitest";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { secureAccount } from "#lib/people/secure-account.ts";
import { givePasskey, newAuthenticator } from "#tests/authenticator.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, callerWith } from "#tests/credentials.ts";
import { authenticatorOf, challengeOf, linkOf, recoveryCodesOf } from "#tests/factors.ts";
import { passkeySignInOptions, signInWithPasskey } from "../passkey.ts";
import { changePassword } from "../passwords/change.ts";
import { completeReset } from "../resets/complete.ts";
import { proveSecondFactor } from "../second-factor.ts";
import { getStepUp, stepUp, stepUpOptions } from "../step-up.ts";
import { addAuthenticator } from "./add-authenticator.ts";
import { confirmAuthenticator } from "./confirm-authenticator.ts";
import { addPasskey, passkeyOptions } from "./passkeys/operations.ts";
import { renewRecoveryCodes } from "./renew-recovery-codes.ts";

beforeAll(async () => void (await openStage({ RATE_LIMIT_FACTOR: "1000" })));

const someone = async () => person(await account("Own"), ["Member"]);

/** Now signs in with an outside provider. */
const sendElsewhere = ({ id }: Person) =>
  sql("update users set password_hash = null, last_sign_in_at = now() where id = $1", id);

const codeOf = (doing: Promise<unknown>) =>
  doing.then(
    () => "done",
    (error) => (error instanceof Refusal ? error.code : error),
  );

const newPassword = "Copper-Lantern-83";

type Try = [what: string, operation: Operation, input: (who: Person) => Promise<object>];

describe("somebody who signs in elsewhere, with a session, is refused", () => {
  const refused: Try[] = [
    ["a new authenticator", addAuthenticator, async () => ({})],
    ["to finish one that was begun before", confirmAuthenticator, draftOf],
    ["to begin a new passkey", passkeyOptions, async () => ({})],
    ["to add one that was begun before", addPasskey, registrationOf],
    ["new recovery codes", renewRecoveryCodes, async () => ({})],
    ["another password", changePassword, async ({ password }) => ({ currentPassword: password, newPassword })],
    [
      "another password in the emergency",
      secureAccount,
      async ({ username, password }) => ({ username, currentPassword: password, newPassword }),
    ],
    ["to confirm with a code", stepUp, async (who) => ({ code: await (await authenticatorOf(who)).code() })],
    ["to confirm with a recovery code", stepUp, async (who) => ({ recoveryCode: (await recoveryCodesOf(who))[0] })],
    ["to confirm with a password", stepUp, async ({ password }) => ({ password })],
    ["to begin to confirm with a passkey", stepUpOptions, async () => ({})],
  ];

  async function draftOf(who: Person) {
    const { id, code } = await authenticatorOf(who, { confirmed: false });
    return { id, code: await code() };
  }

  async function registrationOf(who: Person) {
    const { output } = await execute(passkeyOptions, await asPerson(who), {});
    return { response: newAuthenticator().create(output) };
  }

  test.each(refused)("%s", async (_, operation, input) => {
    const who = await someone();
    const given = await input(who);
    await sendElsewhere(who);
    expect(await codeOf(execute(operation, await asPerson(who), given))).toBe("conflict");
  });

  test("and goes by nothing that is left of before, neither to confirm nor for want of it", async () => {
    const who = await someone();
    await givePasskey(who);
    await authenticatorOf(who);
    await sendElsewhere(who);
    const { output } = await execute(getStepUp, await asPerson(who), {});
    expect(output).toEqual({ freshUntil: expect.any(String), methods: [] });
  });
});

describe("without a session", () => {
  test("a passkey of somebody who signs in elsewhere leads nowhere, and says no more than any other", async () => {
    const who = await someone();
    const { authenticator } = await givePasskey(who);
    const present = async () => {
      const { output } = await execute(passkeySignInOptions, callerWith({}), {});
      return codeOf(execute(signInWithPasskey, callerWith({}), { response: authenticator.get(output) }));
    };
    expect(await present()).toBe("done");
    await sendElsewhere(who);
    expect(await present()).toBe("invalid_credentials");
  });

  test("a sign-in that was begun with a password does not go on once they sign in elsewhere", async () => {
    const who = await someone();
    const { code } = await authenticatorOf(who);
    const challenge = await challengeOf(who, "code");
    await sendElsewhere(who);
    const goOn = execute(proveSecondFactor, callerWith({}), { challenge, code: await code() });
    expect(await codeOf(goOn)).toBe("challenge_expired");
  });

  test("a link to a new password is over once they sign in elsewhere", async () => {
    const who = await someone();
    const link = await linkOf(who, "reset", { email: who.email });
    await sendElsewhere(who);
    expect(await codeOf(execute(completeReset, callerWith({}), { link, newPassword }))).toBe("link_expired");
  });
});

test("who was invited and has not chosen a password yet does not sign in elsewhere", async () => {
  const who = await someone();
  const { authenticator } = await givePasskey(who);
  await sql("update users set password_hash = null, last_sign_in_at = null where id = $1", who.id);
  const { output } = await execute(passkeySignInOptions, callerWith({}), {});
  const { next } = (await execute(signInWithPasskey, callerWith({}), { response: authenticator.get(output) })).output;
  expect(next).toBe("ticket");
});
