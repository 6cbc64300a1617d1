import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { requestDeletion } from "../deletion/request.ts";
import { changeManyUsers } from "./bulk.ts";
import { deleteUser } from "./delete.ts";
import { forceReset } from "./force-reset.ts";
import { lockUser } from "./lock.ts";
import { giveOneTimePassword } from "./one-time-password.ts";
import { updateUser } from "./update.ts";

let place: string;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
});

beforeEach(async () => {
  place = await account("Own");
});

const administrators = (count: number) =>
  Promise.all(Array.from({ length: count }, () => person(place, ["Administrator"])));

type Way = (by: Caller, to: Person) => Promise<unknown>;

/** Every way in which one can end another's being an administrator who signs in, but for roles and groups. */
const ways: Way[] = [
  (by, { id: userId }) => execute(updateUser, by, { userId, active: false }),
  (by, { id: userId }) => execute(updateUser, by, { userId, notificationsOnly: true }),
  (by, { id: userId }) => execute(lockUser, by, { userId, reason: "Away" }),
  (by, { id: userId }) => execute(forceReset, by, { userId }),
  (by, { id: userId }) => execute(giveOneTimePassword, by, { userId }),
  (by, { id }) => execute(changeManyUsers, by, { action: "deactivate", userIds: [id] }),
];

const remove: Way = (by, { id: userId }) => execute(deleteUser, by, { userId });
const leave: Way = (by, { username }) => execute(requestDeletion, by, { username });

/** Does it all at once; what is no plain refusal is a mistake. Everybody is signed in before. */
async function race(acts: [by: Person, way: Way, to: Person][]) {
  const ready = await Promise.all(acts.map(async ([by, way, to]) => ({ caller: await asPerson(by), way, to })));
  const outcomes = await Promise.allSettled(ready.map(({ caller, way, to }) => way(caller, to)));
  const thrown = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(thrown.filter((error) => !(error instanceof Refusal) || error.status >= 500)).toEqual([]);
}

/** How many administrators can sign in for good. */
async function left(): Promise<number> {
  const [row] = await sql<{ n: number }>(
    `select count(*)::int as n from users u where account_id = $1 and active and not notifications_only
       and coalesce(locked_until <= now(), true) and deletion_due_at is null and password_hash is not null
       and not password_once and exists (select from user_roles r join roles x on x.id = r.role_id
         where r.user_id = u.id and x.name = 'Administrator')`,
    place,
  );
  return row?.n ?? 0;
}

/** Makes everybody what they were before the round. */
const restore = () =>
  sql(
    `update users set active = true, notifications_only = false, locked_until = null, deletion_due_at = null,
       password_once = false, password_once_until = null where account_id = $1`,
    place,
  );

const wayOf = (number: number): Way => ways[number % ways.length] ?? leave;

describe("with the last administrators", () => {
  test(`of two who delete each other at once, one stays: ${rounds(500)} rounds`, async () => {
    const [keeper] = await administrators(1);
    await sql("update users set active = false where id = $1", keeper?.id);
    for (let round = 0; round < rounds(500); round++) {
      const [one, two] = (await administrators(2)) as [Person, Person];
      await race([
        [one, remove, two],
        [two, remove, one],
      ]);
      expect(await left()).toBe(1);
      await sql("delete from users where id = any($1)", [one.id, two.id]);
    }
  });

  test(`of three who go by every way at once, one stays: ${rounds(500)} rounds`, async () => {
    const [one, two, three] = (await administrators(3)) as [Person, Person, Person];
    for (let round = 0; round < rounds(500); round++) {
      await race([
        [one, wayOf(round), two],
        [two, wayOf(Math.floor(round / ways.length)), three],
        [three, wayOf(Math.floor(round / ways.length ** 2)), one],
        ...(round % 2 ? [[one, leave, one] as [Person, Way, Person]] : []),
      ]);
      expect(await left()).toBeGreaterThan(0);
      await restore();
    }
  });
});
