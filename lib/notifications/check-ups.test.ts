import { beforeAll, beforeEach, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { type Cast, openStage, type Person, person, sql, tokenRow } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { checkUpJob } from "./check-ups.ts";
import { reminderJob } from "./reminders.ts";
import { putNotificationSettings } from "./settings.ts";

let cast: Cast;
let mailbox: Mailbox;
let who: Person;

beforeAll(async () => {
  cast = await openStage({ APP_URL: "https://portal.example" });
  mailbox = await openMailbox();
});

const zoneOf = (hour: number) => `(select name from pg_timezone_names
  where name like 'Etc/GMT%' and extract(hour from now() at time zone name) = ${hour} order by name limit 1)`;

const moveTo = (hour: number) => sql(`update users set time_zone = ${zoneOf(hour)} where id = $1`, who.id);

beforeEach(async () => {
  who = await person(cast.here, ["Member"]);
  await moveTo(12);
});

/** An authenticator set up so many days ago, and used last when it was, or so many days ago. */
async function app(name: string, days: number, lastUsed = days) {
  await sql(
    `insert into authenticators (user_id, name, secret, confirmed_at, last_used_at)
     values ($1, $2, '\\x00', now() - $3 * interval '1 day', now() - $4 * interval '1 day')`,
    ...[who.id, name, days, lastUsed],
  );
}

const ask = async () => {
  await checkUpJob.work({});
  return mailbox.of(who.email);
};

test("an authenticator not used for a month after it was set up is asked about, once", async () => {
  await app("Old phone", 31);
  const [mail, ...others] = await ask();
  expect(others).toEqual([]);
  expect(mail?.subject).toBe("Does Old phone still work?");
  expect(mail?.text).toMatch(/Old phone was set up on \d+ \w{3} \d{4} as an authenticator and not used since\./);
  expect(mail?.link).toBe("https://portal.example/confirm?return_to=%2Fmfa");
  expect(await ask()).toHaveLength(1);
});

test("several are asked about together", async () => {
  await app("Tablet", 40);
  await app("Phone", 31);
  const [mail, ...others] = await ask();
  expect(others).toEqual([]);
  expect(mail?.subject).toBe("Do your authenticators still work?");
  expect(mail?.text).toContain("Tablet was set up on");
});

test("one that was used, is new, was never confirmed, or is long there is not asked about", async () => {
  await app("Used", 31, 3);
  await app("New", 29);
  await app("Long there", 61);
  await sql("insert into authenticators (user_id, name, secret) values ($1, 'Draft', '\\x00')", who.id);
  expect(await ask()).toEqual([]);
});

test("it waits for the morning, and for a day without another reminder", async () => {
  await app("Phone", 31);
  await moveTo(7);
  expect(await ask()).toEqual([]);
  await moveTo(8);
  await tokenRow(who, { createdAt: "now() - interval '1 year'", expiresAt: "now() + interval '6 days'" });
  await reminderJob.work({});
  expect((await ask()).map(({ subject }) => subject)).toEqual([expect.stringContaining("ends in 6 days")]);
  await sql("update reminders set sent_at = sent_at - interval '1 day'");
  expect(await ask()).toHaveLength(2);
});

test("who does not want to be asked is not, and nobody inactive is", async () => {
  await app("Phone", 31);
  await execute(putNotificationSettings, await asPerson(who), { wanted: [] });
  expect(await ask()).toEqual([]);
  who = await person(cast.here, ["Member"]);
  await moveTo(12);
  await app("Phone", 31);
  await sql("update users set active = false where id = $1", who.id);
  expect(await ask()).toEqual([]);
});

test("it is asked once, however many processes look", async () => {
  await app("Phone", 31);
  await Promise.all(Array.from({ length: 10 }, () => checkUpJob.work({})));
  expect(await mailbox.of(who.email)).toHaveLength(1);
});
