import { Client } from "pg";
import { beforeAll, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { removeFactorsOf } from "#lib/people/users/remove-factors.ts";
import { givePasskey, newAuthenticator } from "#tests/authenticator.ts";
import { untilBlocked } from "#tests/blocked.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { authenticatorOf } from "#tests/factors.ts";
import { confirmAuthenticator } from "./confirm-authenticator.ts";
import { disableFactors } from "./disable.ts";
import { addPasskey, passkeyOptions, removePasskey } from "./passkeys/operations.ts";
import { removeAuthenticator } from "./remove-authenticator.ts";

let url: string;

beforeAll(async () => {
  ({ url } = await openStage({ RATE_LIMIT_FACTOR: "1000" }));
});

type Change = [what: string, operation: Operation, begin: (who: Person) => Promise<{ input: object; by?: Person }>];

const changes: Change[] = [
  ["finished", confirmAuthenticator, async (who) => ({ input: await draftOf(who, {}) })],
  ["replaced", confirmAuthenticator, async (who) => ({ input: await draftOf(who, { replacesAll: true }) })],
  ["removed", removeAuthenticator, async (who) => ({ input: { id: (await authenticatorOf(who)).id } })],
  ["a passkey that is added", addPasskey, async (who) => ({ input: await registrationOf(who) })],
  ["a passkey that is removed", removePasskey, async (who) => ({ input: { id: (await givePasskey(who)).id } })],
  ["all switched off", disableFactors, async () => ({ input: {} })],
  [
    "all removed by an administrator",
    removeFactorsOf,
    async ({ id, accountId }) => ({ input: { id }, by: await person(accountId, ["Administrator"]) }),
  ],
];

async function draftOf(who: Person, more: object) {
  const { id, code } = await authenticatorOf(who, { confirmed: false });
  return { id, code: await code(), ...more };
}

async function registrationOf(who: Person) {
  const { output } = await execute(passkeyOptions, await asPerson(who, ["passkey"]), {});
  return { response: newAuthenticator().create(output) };
}

/** As a sign-in does: holds the person, before it reaches for a factor of theirs. */
async function signingIn({ id }: Person): Promise<Client> {
  const other = new Client({ connectionString: url });
  await other.connect();
  await other.query("begin");
  await other.query("select from users where id = $1 for update", [id]);
  return other;
}

async function waiting() {
  await untilBlocked();
  return "waits";
}

const mayReach = async (other: Client, table: string, { id }: Person) =>
  (await other.query(`select from ${table} where user_id = $1 for update nowait`, [id])).rowCount;

test.each(changes)("a change waits for the person before it holds a factor: %s", async (_, operation, begin) => {
  const who = await person(await account("Own"), ["Member"]);
  await authenticatorOf(who, { name: "other" });
  await givePasskey(who);
  const { input, by = who } = await begin(who);
  const caller = await asPerson(by);
  await sql("update sessions set strong = true");
  const other = await signingIn(who);
  try {
    const change = execute(operation, caller, input).then(() => "done");
    expect(await Promise.race([change, waiting()])).toBe("waits");
    expect(await mayReach(other, "authenticators", who)).toBeGreaterThan(0);
    expect(await mayReach(other, "passkeys", who)).toBeGreaterThan(0);
    await other.query("commit");
    expect(await change).toBe("done");
  } finally {
    await other.end();
  }
});
