import { beforeAll, describe, expect, test } from "vitest";
import { execute, type Operation } from "#lib/core/operation.ts";
import { operations } from "#lib/operations.ts";
import { type Cast, openStage, person, sql } from "#lib/testing/cast.ts";
import { bearer, callerWith, type Headers, sessionOf, tokenOf } from "#lib/testing/credentials.ts";
import { askFor, type Door, openDoor } from "#lib/testing/door.ts";
import { samples } from "#lib/testing/samples.ts";
import { methodOf } from "./doors/shape.ts";

let cast: Cast;
let door: Door;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  door = await openDoor();
});

const onOneThing = operations.filter(({ route }) => route.includes("{"));

const strangers: [name: string, headers: (cast: Cast) => Promise<Headers>][] = [
  ["another person of the account", async ({ here }) => bearer(await sessionOf(await person(here, ["Member"])))],
  ["the administrator of the account", async ({ ada }) => bearer(await sessionOf(ada))],
  ["the administrator of another account", async ({ dan }) => bearer(await sessionOf(dan))],
  ["a token of another person", async ({ ada }) => bearer((await tokenOf(ada, ["APIKey", "read-only"])).secret)],
];

const thingsOf = (operation: Operation) => samples[operation.name]?.input(cast.ben) ?? Promise.resolve({});

/** Everything of Ben's, as it stands. */
const everything = () =>
  sql(
    `select (select json_agg(t order by t.id) from tokens t where user_id = $1) as tokens,
      (select row_to_json(u) from users u where id = $1) as "user"`,
    cast.ben.id,
  );

describe.each(onOneThing)("$name on another's thing", (operation) => {
  test.each(strangers)("does not exist for %s", async (_, headers) => {
    const input = await thingsOf(operation);
    const before = await everything();
    const answer = await askFor(door, operation, input, await headers(cast));
    expect([answer.status, answer.field("code")]).toEqual([404, "not_found"]);
    const caller = callerWith(await headers(cast), methodOf(operation));
    await expect(execute(operation, caller, input)).rejects.toMatchObject({ status: 404, code: "not_found" });
    expect(await everything()).toEqual(before);
  });

  test("answers as for a thing that is nowhere", async () => {
    const headers = bearer(await sessionOf(cast.ada));
    const input = await thingsOf(operation);
    const others = await askFor(door, operation, input, headers);
    const nowhere = await askFor(door, operation, { ...input, id: crypto.randomUUID() }, headers);
    const told = ({ body }: { body: unknown }) => ({ ...(body as object), instance: "" });
    expect(told(others)).toEqual(told(nowhere));
  });
});
