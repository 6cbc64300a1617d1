import { beforeAll, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { updateAccount } from "#lib/accounts/update.ts";
import { execute } from "#lib/core/execute.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, tokenOf } from "#tests/credentials.ts";
import { forgetOldCopies, revealToken } from "./retrievable-secret.ts";
import { revokeToken } from "./revoke.ts";
import { rotateToken } from "./rotate.ts";
import { endUnused } from "./unused.ts";

let ann: Person;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000" });
  ann = await person(await account("Keeping"), ["Administrator"]);
});

const keep = (isOn: boolean, { accountId }: Person = ann) =>
  sql("update accounts set tokens_retrievable = $2 where id = $1", accountId, isOn);
const reveal = async (id: string, who = ann) => (await execute(revealToken, await asPerson(who), { id })).output.secret;
const refused = { status: 409, code: "conflict" };
const kept = async (id: string) =>
  (await sql<{ kept: boolean }>("select sealed_secret is not null as kept from tokens where id = $1", id))[0]?.kept;

test("a token made while the account keeps copies can be copied again, sealed until then", async () => {
  await keep(true);
  const { id, secret, retrievable } = await tokenOf(ann, ["Tasks"]);
  expect([retrievable, await reveal(id)]).toEqual([true, secret]);
  const [row] = await sql<{ text: string }>("select t::text as text from tokens t where id = $1", id);
  expect(row?.text).not.toContain(Buffer.from(secret).toString("hex"));
});

test("of a rotated token it is the present secret", async () => {
  await keep(true);
  const { id } = await tokenOf(ann, ["Tasks"]);
  const { output } = await execute(rotateToken, await asPerson(ann), { id });
  expect([output.retrievable, await reveal(id)]).toEqual([true, output.secret]);
});

test("one made, or rotated, while it does not is known by its hash alone", async () => {
  await keep(false);
  const { id, retrievable } = await tokenOf(ann, ["Tasks"]);
  expect([retrievable, await kept(id)]).toEqual([false, false]);
  await keep(true);
  await expect(reveal(id)).rejects.toMatchObject(refused);
  const other = await tokenOf(ann, ["Tasks"]);
  await keep(false);
  await execute(rotateToken, await asPerson(ann), { id: other.id });
  expect(await kept(other.id)).toBe(false);
});

test("the copies are gone with the policy, in this account alone", async () => {
  const bob = await person(await account("Keeping too"), ["Administrator"]);
  await keep(true);
  await keep(true, bob);
  const [mine, other] = [await tokenOf(ann, ["Tasks"]), await tokenOf(bob, ["Tasks"])];
  await keep(false);
  await expect(reveal(mine.id)).rejects.toMatchObject(refused);
  await execute(updateAccount, await asPerson(ann), { name: "Keeping nothing" });
  await keep(true);
  await expect(reveal(mine.id)).rejects.toMatchObject(refused);
  expect(await reveal(other.id, bob)).toBe(other.secret);
});

test("a revoked token's is gone, and another's is nobody's", async () => {
  await keep(true);
  const { id } = await tokenOf(ann, ["Tasks"]);
  const colleague = await person(ann.accountId, ["Administrator"]);
  await expect(reveal(id, colleague)).rejects.toMatchObject({ code: "not_found" });
  await execute(revokeToken, await asPerson(ann), { id });
  await expect(reveal(id)).rejects.toMatchObject({ code: "token_ended" });
  expect(await kept(id)).toBe(false);
});

test("whatever ends a token takes its copy along in the same statement", async () => {
  await keep(true);
  const [idle, old] = [await tokenOf(ann, ["Tasks"]), await tokenOf(ann, ["Tasks"])];
  await sql("update tokens set created_at = now() - interval '9 days' where id = $1", idle.id);
  await sql("update accounts set token_unused_days = 8 where id = $1", ann.accountId);
  await transaction((tx) => endUnused(tx, ann.accountId));
  await sql("update accounts set token_unused_days = null where id = $1", ann.accountId);
  const [name] = await sql<{ name: string }>(
    "update tokens set expires_at = now() where id = $1 returning name",
    old.id,
  );
  await tokenOf(ann, ["Tasks"], name);
  expect([await kept(idle.id), await kept(old.id)]).toEqual([false, false]);
});

test("an expired token's is tidied away, and no live one's", async () => {
  await keep(true);
  const [past, live] = [await tokenOf(ann, ["Tasks"]), await tokenOf(ann, ["Tasks"])];
  await sql("update tokens set expires_at = now() where id = $1", past.id);
  await transaction(forgetOldCopies);
  expect([await kept(past.id), await kept(live.id)]).toEqual([false, true]);
});

test("no token copies a token, itself included", async () => {
  await keep(true);
  const { id, secret } = await tokenOf(ann, ["APIKey", "Secret", "tokens:rotate-self"]);
  const asked = execute(revealToken, callerWith(bearer(secret)), { id });
  await expect(asked).rejects.toMatchObject({ code: "session_required" });
});
