import { beforeEach, expect, test } from "vitest";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { allow, by, give, roleRow } from "#tests/rights.ts";
import { getUser } from "./get.ts";
import { readNotHeld } from "./not-held.ts";

let place: string;

beforeEach(async () => {
  await openStage();
  place = await account("Readers");
});

const many = (word: string) => Array.from({ length: 4500 }, (_, n) => `pro:own:${word}:thing-${n}`);
const holding = async (...patterns: string[]): Promise<Person> => {
  const who = await person(place, []);
  await give(who.id, await roleRow(place, allow(...patterns)));
  return who;
};

const reading = (reader: Person, { id }: Person) => by(reader, readNotHeld, { userId: id });
const spent = async () =>
  Number(
    (await sql<{ points: number | null }>("select max(points) as points from budgets where key like 'comparisons%'"))[0]
      ?.points,
  );

const desk = () => holding("admin:own:get:user", ...many("a"));
const refused = (name: string) => ({ code: "too_many_requests", details: { budget: { name } } });

test("long comparisons are few in a while, for a person and for their account", async () => {
  const [first, second, third] = [await desk(), await desk(), await desk()];
  const [one, other] = [await holding(...many("b")), await holding(...many("c"))];
  await reading(first, one);
  await expect(reading(first, other)).rejects.toMatchObject(refused("comparisons"));
  await reading(second, one);
  await expect(reading(third, one)).rejects.toMatchObject(refused("comparisons_in_account"));
});

test("a user is read all the same when no more are to be had", async () => {
  const [reader, one, other] = [await desk(), await holding(...many("b")), await holding(...many("c"))];
  await reading(reader, one);
  await expect(reading(reader, other)).rejects.toMatchObject(refused("comparisons"));
  for (const { id } of [one, other, one]) await by(reader, getUser, { userId: id });
});

test("what a long one came to is kept while neither holds anything else", async () => {
  const [reader, target] = [await desk(), await holding(...many("b"))];
  const notHeld = await reading(reader, target);
  const before = await spent();
  expect(await reading(reader, target)).toEqual(notHeld);
  expect(await spent()).toBe(before);
  await sql("delete from budgets");
  await give(target.id, await roleRow(place, allow("pro:own:new:thing")));
  expect((await reading(reader, target)).everything).toContain("pro:own:new:thing");
});

test("short ones are free", async () => {
  const reader = await holding("admin:own:get:user");
  for (let n = 0; n < 12; n++) await reading(reader, await holding(`pro:own:do:thing-${n}`));
  expect(await spent()).toBe(0);
});
