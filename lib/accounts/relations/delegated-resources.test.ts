import { beforeAll, beforeEach, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { createApiUser } from "#lib/machines/api-users/create.ts";
import { addApiUserSecret } from "#lib/machines/api-users/secrets.ts";
import { giveOneTimePassword } from "#lib/people/users/one-time-password.ts";
import { createGateway } from "#lib/tokens/gateways.ts";
import { createIntegration } from "#lib/vault/integrations/create.ts";
import { updateIntegration } from "#lib/vault/integrations/update.ts";
import { account, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { groupRow } from "#tests/rights.ts";
import { agreeToRelation } from "./agree.ts";
import { noDelegatedResources } from "./delegated-resources.ts";
import { endRelation } from "./end.ts";
import { listRelations } from "./list.ts";
import { narrowRelation } from "./narrow.ts";
import { proposeRelation } from "./propose.ts";

let north: Person;
let south: Person;
let s: string;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
});

beforeEach(async () => {
  const n = await account("North");
  s = await account("South");
  [north, south] = [await person(n, ["Administrator"]), await person(s, ["Administrator"])];
  await manage(n, s);
});

/** What this person makes in South: an API user, a gateway, a provisioning hook. */
async function plantBy(who: Person) {
  const make = await asPerson(who);
  const named = { accountId: s, name: who.username };
  const { output: user } = await execute(createApiUser, make, {
    accountId: s,
    ...{ login: who.username, name: "Some", surname: "Program", email: `${who.username}@robots.example.org` },
    groupIds: [await groupRow(s)],
  });
  await execute(createGateway, make, named);
  const { output: system } = await execute(createIntegration, make, {
    ...{ ...named, kind: "http-bearer", baseUrl: "https://api.example.com/" },
    ...{ mode: "automatic", adapter: "hook", adapterUrl: "https://hooks.example.com/" },
  });
  const signing = () => sql("select sealed_adapter_secret as sealed from integrations where id = $1", system.id);
  const before = await signing();
  const count = async (table: string, column: string, value: string) =>
    (await sql(`select from ${table} where ${column} = $1`, value)).length;
  const left = async () => [
    await count("api_user_secrets", "api_user_id", user.id),
    await count("gateways", "name", who.username),
    (await signing())[0]?.sealed?.toString() === before[0]?.sealed?.toString(),
  ];
  return { user, system, left };
}

const own = [1, 1, true];
const ended = { apiUsers: 1, gateways: 1, hooks: 1, accessKeys: 0, oneTime: 0 };
const end = async (who: Person, otherId: string) =>
  (await execute(endRelation, await asPerson(who), { kind: "managed", otherId })).output;

test("what the managing side made and knows the secret of ends with the relationship, and nothing else does", async () => {
  const [theirs, ours] = [await plantBy(north), await plantBy(south)];
  const { output } = await execute(listRelations, await asPerson(south), {});
  expect(output.items[0]?.made).toEqual({ ...ended, people: 0 });
  await sql("delete from users where id = $1", north.id);
  const other = await person(north.accountId, ["Administrator"]);
  expect(await end(other, s)).toEqual({ ended });
  expect([await theirs.left(), await ours.left()]).toEqual([[0, 0, false], own]);
});

test("a secret that the managing side gave to what is the account's own ends as well, when rights are taken from it", async () => {
  const { user, system, left } = await plantBy(south);
  const make = await asPerson(north);
  await execute(addApiUserSecret, make, { accountId: s, apiUserId: user.id });
  await execute(updateIntegration, make, { accountId: s, integrationId: system.id, newSigningSecret: true });
  const rights = ["*:managed:get:*"];
  const { output } = await execute(narrowRelation, await asPerson(south), {
    ...{ kind: "managed", otherId: north.accountId, rights },
  });
  expect(output.ended).toEqual({ ...ended, gateways: 0 });
  expect(await left()).toEqual([1, 1, false]);
});

test.each([
  [["*:managed:get:*"], { ...ended, oneTime: 1 }],
  [["*:managed:*:*", "admin:managed:get:user"], noDelegatedResources],
])("agreeing to %j in place of everything ends what was made by what is taken", async (rights, ending) => {
  const { left } = await plantBy(north);
  const [given, kept] = [await person(s, ["Member"]), await person(s, ["Member"])];
  const give = async (who: Person, { id: userId }: Person) =>
    execute(giveOneTimePassword, await asPerson(who), { accountId: s, userId });
  await Promise.all([give(north, given), give(south, kept)]);
  const offer = { otherId: s, side: "managing", rights };
  const { output } = await execute(proposeRelation, await asPerson(north), offer);
  const agreed = await execute(agreeToRelation, await asPerson(south), { id: output.id });
  expect(agreed.output.ended).toEqual(ending);
  expect(await left()).toEqual(ending === noDelegatedResources ? own : [0, 0, false]);
  const good = await sql("select id from users where account_id = $1 and password_once_until > now()", s);
  expect(good.map(({ id }) => id)).toEqual(expect.arrayContaining([kept.id]));
  expect(good).toHaveLength(2 - ending.oneTime);
});

test.each([
  [1, "still good beside a new one", {}],
  [0, "ended before", { endFormerSecret: true }],
])("%s signing secret that it knew ends with the relationship when that is %s", async (hooks, _, how) => {
  const { system } = await plantBy(north);
  const renewal = { integrationId: system.id, newSigningSecret: true, ...how };
  await execute(updateIntegration, await asPerson(south), renewal);
  expect((await end(south, north.accountId)).ended).toMatchObject({ hooks });
});
