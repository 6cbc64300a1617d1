import { beforeAll, expect, test } from "vitest";
import { seen, tokenOf, withToken } from "#tests/aims/client.ts";
import { documented } from "#tests/aims/contract.ts";
import { type Stage, theStage } from "#tests/aims/stage.ts";
import { handedOut, sql } from "#tests/cast.ts";
import "#tests/aims/rules/signing-in.ts";
import "#tests/aims/rules/passwords.ts";
import "#tests/aims/rules/second-factor.ts";
import "#tests/aims/rules/calls.ts";
import "#tests/aims/rules/clients.ts";
import "#tests/aims/rules/access-keys.ts";
import "#tests/aims/rules/accounts.ts";
import "#tests/aims/rules/roles.ts";
import "#tests/aims/rules/users.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await theStage();
});

test("every operation of the contract is served", async () => {
  const headers = withToken(await tokenOf(stage.api, stage.ada));
  for (const { method, path } of documented) {
    const address = path.replaceAll("{account_id}", stage.here).replaceAll(/\{(\w+)\}/g, "x");
    const answer = await stage.api.request(address, { method, headers });
    expect([method, path, answer.status]).not.toEqual([method, path, 405]);
    expect([method, path, answer.text, answer.headers.allow]).not.toEqual([method, path, "", expect.anything()]);
  }
});

test("no secret is on record", async () => {
  const [record] = await sql<{ text: string }>("select string_agg(e::text, ' ') as text from audit_entries e");
  for (const secret of handedOut) expect(record?.text).not.toContain(secret);
});

/** What the contract names and the portal never says, and why; docs/aims.md has the same list. */
const never = new Map([
  ...documented.map(({ id }): [string, string] => [`${id} 410`, "accounts are closed, never deleted"]),
  ["create_access_key 400 missing_required_property", "the only property, label, is optional (1.8, no. 9)"],
  ["mfa_enroll 403", "whoever proves a password may enrol; whoever does not gets 401"],
  ["mfa_enroll 404", "a name that nobody has is a wrong password, or it would tell who there is (I-10)"],
]);

// The last one: the rules above have asked for all of it by now.
test("every documented status and key was produced, but those that cannot be", () => {
  const expected = documented.flatMap(({ id, answers }) =>
    [...answers].flatMap(([status, { keys }]) =>
      keys.length ? keys.map((key) => `${id} ${status} ${key}`) : [`${id} ${status}`],
    ),
  );
  expect(expected.filter((one) => !seen.has(one) && !never.has(one))).toEqual([]);
  expect(expected.filter((one) => seen.has(one) && never.has(one))).toEqual([]);
});
