import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { rotateToken } from "#lib/tokens/rotate.ts";
import { type Cast, openStage, type Person, person, sql, tokenRow } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { reminderJob } from "./reminders.ts";

let cast: Cast;
let mailbox: Mailbox;
let who: Person;

beforeAll(async () => {
  cast = await openStage({ APP_URL: "https://portal.example" });
  mailbox = await openMailbox();
});

// Where it is noon at this moment, so that the hour of the test's own day does not count.
const noon = `(select name from pg_timezone_names
  where name like 'Etc/GMT%' and extract(hour from now() at time zone name) = 12 order by name limit 1)`;

beforeEach(async () => {
  await sql("delete from tokens");
  who = await person(cast.here, ["Member"]);
  await sql(`update users set time_zone = ${noon} where id = $1`, who.id);
});

const hour = 1 / 24;

/** Moves a person to where it is this hour of the day now. */
const moveTo = (hour: number) =>
  sql(
    `update users set time_zone = (select name from pg_timezone_names
    where name like 'Etc/GMT%' and extract(hour from now() at time zone name) = ${hour} order by name limit 1)
    where id = $1`,
    who.id,
  );

/** A token that ends so many days from now, made a year ago. */
const ending = (days: number, name = `ends in ${days}`, owner = who) =>
  tokenRow(owner, { name, createdAt: "now() - interval '340 days'", expiresAt: `now() + ${days} * interval '1 day'` });

const remind = async () => {
  const before = mailbox.mails.length;
  await reminderJob.work({});
  await mailbox.work();
  return mailbox.mails.slice(before);
};

/** So many days go by. */
async function later(days: number) {
  await sql("update tokens set expires_at = expires_at - $1 * interval '1 day'", days);
  await sql("update tokens set rotated_at = rotated_at - $1 * interval '1 day'", days);
  await sql("update reminders set sent_at = sent_at - $1 * interval '1 day'", days);
  await sql("update notice_folds set mailed_at = mailed_at - $1 * interval '1 day'", days);
}

describe("a token about to end", () => {
  test("is spoken of 30, 7 and 1 days before, and on the day: once each", async () => {
    await ending(31 + hour, "nightly");
    const told: number[] = [];
    for (let left = 31; left >= 0; left--) {
      const mails = [...(await remind()), ...(await remind())];
      if (mails.length) told.push(left);
      expect(mails.length).toBeLessThan(2);
      await later(1);
    }
    expect(told).toEqual([30, 7, 1, 0]);
  });

  test("comes in one digest with the others of that day, with last use and address", async () => {
    const id = await ending(6, "export");
    await ending(20, "import");
    await sql(
      "update tokens set last_used_at = now(), last_used_address = '203.0.113.7', last_used_agent = 'curl/8' where id = $1",
      id,
    );
    const [mail, ...others] = await remind();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      recipients: [who.email],
      subject: "2 of your API tokens are about to end",
      link: "https://portal.example/tokens?sort=expires",
    });
    expect(mail?.text).toMatch(
      /export \(lk_pat_…none\) ends in 6 days, on .*\. Last used on .* by curl from 203\.0\.113\.7\./,
    );
    expect(mail?.text).toMatch(/import \(lk_pat_…none\) ends in 20 days, on .*\. It was never used\./);
  });

  test("names itself in the subject when it is alone, and leads to where it is rotated", async () => {
    const id = await ending(1, "nightly export");
    const [mail] = await remind();
    expect(mail).toMatchObject({
      subject: "Your token nightly export ends tomorrow",
      link: `https://portal.example/tokens/${id}`,
    });
    expect(mail?.text).toContain("Rotate what you still need");
  });

  test("waits for the next day when a digest went out already", async () => {
    await ending(6, "first");
    expect(await remind()).toHaveLength(1);
    await ending(6, "second");
    expect(await remind()).toEqual([]);
    await later(1);
    expect((await remind()).map(({ subject }) => subject)).toEqual(["Your token second ends in 5 days"]);
  });

  test("is not spoken of before 8 in the morning where its owner lives", async () => {
    await ending(6);
    await moveTo(7);
    expect(await remind()).toEqual([]);
    await moveTo(8);
    expect(await remind()).toHaveLength(1);
  });

  test("is spoken of at the latest step only, when no digest went out for long", async () => {
    await ending(hour);
    expect(await remind()).toHaveLength(1);
    expect(await sql("select days from reminders")).toEqual([{ days: 0 }]);
  });

  test("that was made for a short life is not spoken of at once", async () => {
    await tokenRow(who, { createdAt: "now()", expiresAt: "now() + interval '7 days'" });
    expect(await remind()).toEqual([]);
  });

  test("that was rotated to a short life is not spoken of at once", async () => {
    const id = await ending(7);
    await sql("update tokens set rotated_at = now() where id = $1", id);
    expect(await remind()).toEqual([]);
    await later(6);
    expect(await remind()).toHaveLength(1);
  });

  test("that was rotated is spoken of again before its new end", async () => {
    const id = await ending(1, "nightly");
    expect(await remind()).toHaveLength(1);
    await execute(rotateToken, await asPerson(who), { id });
    await mailbox.work();
    await later(1);
    expect(await remind()).toEqual([]);
    await sql("update tokens set rotated_at = now() - interval '339 days', expires_at = now() + interval '7 days'");
    expect((await remind()).map(({ subject }) => subject)).toEqual(["Your token nightly ends in 7 days"]);
  });

  test("is not spoken of when it was revoked, has ended, or never ends", async () => {
    await sql("update tokens set ended_at = now(), ended_reason = 'revoked' where id = $1", await ending(6));
    await ending(-1);
    await tokenRow(who, { createdAt: "now() - interval '1 year'", expiresAt: null });
    expect(await remind()).toEqual([]);
  });

  test("of somebody inactive is not spoken of", async () => {
    await ending(6);
    await sql("update users set active = false where id = $1", who.id);
    expect(await remind()).toEqual([]);
  });

  test("is spoken of once, however many processes look", async () => {
    const other = await person(cast.there, ["Member"]);
    await sql(`update users set time_zone = ${noon} where id = $1`, other.id);
    await ending(6);
    await ending(6, "another's", other);
    await Promise.all(Array.from({ length: 10 }, () => reminderJob.work({})));
    expect(await mailbox.of(who.email)).toHaveLength(1);
    expect(await mailbox.of(other.email)).toHaveLength(1);
  });
});
