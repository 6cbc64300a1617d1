import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/operation.ts";
import { requestDeletion } from "#lib/deletion.ts";
import { account, openStage, type Person, person, sql } from "#lib/testing/cast.ts";
import { asPerson } from "#lib/testing/credentials.ts";
import { deleteUser, updateUser } from "#lib/users.ts";
import { changeManyUsers } from "./bulk.ts";
import { lockUser } from "./lock.ts";
import { forceReset, giveOneTimePassword } from "./passwords.ts";

const rounds = 500;

let place: string;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
});

beforeEach(async () => {
  place = await account("Own");
});

/** Who could end whom, and how. */
const ends: Record<string, (by: Person, to: Person) => Promise<unknown>> = {
  delete: async (by, { id: userId }) => execute(deleteUser, await asPerson(by), { userId }),
  deactivate: async (by, { id: userId }) => execute(updateUser, await asPerson(by), { userId, active: false }),
  "notifications only": async (by, { id: userId }) =>
    execute(updateUser, await asPerson(by), { userId, notificationsOnly: true }),
  lock: async (by, { id: userId }) => execute(lockUser, await asPerson(by), { userId, reason: "Away" }),
  "force a reset": async (by, { id: userId }) => execute(forceReset, await asPerson(by), { userId }),
  "give a one-time password": async (by, { id: userId }) =>
    execute(giveOneTimePassword, await asPerson(by), { userId }),
  "deactivate among many": async (by, { id }) => {
    const { output } = await execute(changeManyUsers, await asPerson(by), { action: "deactivate", userIds: [id] });
    if (!output.results[0]?.done) throw new Refusal("last_administrator", String(output.results[0]?.code));
  },
};

/** What one does oneself. */
const leave = async (by: Person) => execute(requestDeletion, await asPerson(by), { username: by.username });

/** Administrators who can sign in for good. */
const left = async () =>
  (
    await sql<{ n: number }>(
      `select count(*)::int as n from users u where account_id = $1 and active and not notifications_only
         and coalesce(locked_until <= now(), true) and deletion_due_at is null and password_hash is not null and not password_once
         and exists (select from user_roles r join roles x on x.id = r.role_id where r.user_id = u.id and x.name = 'Administrator')`,
      place,
    )
  )[0]?.n ?? 0;

const unexpected = (outcomes: PromiseSettledResult<unknown>[]) =>
  outcomes.flatMap((one) =>
    one.status === "rejected" && (!(one.reason instanceof Refusal) || one.reason.status >= 500) ? [one.reason] : [],
  );

/** Makes everybody what they were before the round. */
const restore = () =>
  sql(
    `update users set active = true, notifications_only = false, locked_until = null, deletion_due_at = null,
       password_once = false, password_once_until = null where account_id = $1`,
    place,
  );

const names = Object.keys(ends).filter((name) => name !== "delete");

/** One after the other in the rounds, so that every way meets every other. */
const wayOf = (round: number) => ends[names[round % names.length] ?? ""] ?? leave;

describe(`${rounds} rounds`, () => {
  test("two administrators who end each other at once leave one", { timeout: 900_000 }, async () => {
    const [one, two] = [await person(place, ["Administrator"]), await person(place, ["Administrator"])];
    for (let round = 0; round < rounds; round++) {
      const [first, second] = [wayOf(round), wayOf(Math.floor(round / names.length))];
      const outcomes = await Promise.allSettled([first(one, two), second(two, one)]);
      expect(unexpected(outcomes)).toEqual([]);
      expect(await left()).toBe(1);
      await restore();
    }
  });

  test("two administrators who delete each other at once leave one", { timeout: 900_000 }, async () => {
    for (let round = 0; round < rounds; round++) {
      if (round % 50 === 0) place = await account("Own");
      const [one, two] = [await person(place, ["Administrator"]), await person(place, ["Administrator"])];
      await sql("update users set active = false where account_id = $1 and not id = any($2)", place, [one.id, two.id]);
      const outcomes = await Promise.allSettled([ends.delete?.(one, two), ends.delete?.(two, one)]);
      expect(unexpected(outcomes)).toEqual([]);
      expect(await left()).toBe(1);
    }
  });

  test("of three who go by every way at once, one stays", { timeout: 900_000 }, async () => {
    const people: Person[] = [];
    for (let n = 0; n < 3; n++) people.push(await person(place, ["Administrator"]));
    for (let round = 0; round < rounds; round++) {
      const outcomes = await Promise.allSettled(
        people.flatMap((who, n) => {
          const next = people[(n + 1) % people.length] as Person;
          return [wayOf(round + n)(who, next), ...(round % 3 === n ? [leave(who)] : [])];
        }),
      );
      expect(unexpected(outcomes)).toEqual([]);
      expect(await left()).toBeGreaterThan(0);
      await restore();
    }
  });
});
