import { beforeAll, expect, test } from "vitest";
import { operations } from "#lib/operations.ts";
import { type Cast, openStage, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { samples } from "#tests/samples/operations.ts";
import { execute } from "./execute.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

/** What everybody does to what is their own as often as they like. */
const repeatable = [
  "access_keys.rename_own",
  "authenticators.rename",
  "credentials.update",
  "notification_settings.put",
  "notifications.read",
  "notifications.read_all",
  "passkeys.rename",
  "picture.put",
  "profile.update",
  "sessions.end_others",
  "step_up.end",
  "tokens.update",
  "webhook.put",
];

test.each(repeatable)("%s: what changes nothing the second time is on record, and told, once", async (name) => {
  const operation = operations.find((one) => one.name === name);
  if (!operation) throw new Error(`There is no ${name}`);
  const who = await person(cast.here, ["Administrator"]);
  const caller = await asPerson(who);
  const input = await samples[name]?.input(who);
  const { output } = await execute(operation, caller, input);
  const first = await traces(who.id, name);
  expect(first.records).toBe(1);
  const again = await execute(operation, caller, input);
  expect(await traces(who.id, name)).toEqual(first);
  expect(Object.keys(again.output as object)).toEqual(Object.keys(output as object));
});

/** What is on record of a person's doing this, and how much they were told. */
async function traces(userId: string, action: string) {
  const [row] = await sql<{ records: number; notices: number }>(
    `select (select count(*)::int from audit_entries where actor_id = $1 and action = $2) as records,
       (select count(*)::int from jobs.job where name = 'notice' and data ->> 'userId' = $1::text) as notices`,
    userId,
    action,
  );
  return { records: row?.records, notices: row?.notices };
}
