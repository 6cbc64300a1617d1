import { beforeAll, expect, test } from "vitest";
import { updateCredential } from "#lib/vault/service-credentials/update.ts";
import { type Cast, openStage, type Person, person, sql, tokenRow } from "#tests/cast.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { by } from "#tests/rights.ts";
import { credentialRow, integrationRow } from "#tests/samples/credentials.ts";
import { reminderJob } from "./reminders.ts";

let cast: Cast;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  mailbox = await openMailbox();
});

const noon = `(select name from pg_timezone_names
  where name like 'Etc/GMT%' and extract(hour from now() at time zone name) = 12 order by name limit 1)`;

/** Somebody with a credential that ends so many days from now, and wants to be told seven days before. */
async function keeper(days: number, mode = "manual"): Promise<{ who: Person; id: string }> {
  const who = await person(cast.here, ["Member"]);
  const id = await credentialRow(who, await integrationRow(cast.here, { mode }));
  await sql(`update users set time_zone = ${noon} where id = $1`, who.id);
  await sql(
    `update service_credentials set name = 'build server', expires_at = now() + $2 * interval '1 day', remind_days = 7
     where id = $1`,
    id,
    days,
  );
  return { who, id };
}

const remind = async () => {
  const before = mailbox.mails.length;
  await reminderJob.work({});
  await mailbox.work();
  return mailbox.mails.slice(before).map(({ subject }) => subject);
};

test("a service credential is spoken of once, as many days before its end as its owner chose", async () => {
  const { who, id } = await keeper(8);
  expect(await remind()).toEqual([]);
  await sql("update service_credentials set expires_at = expires_at - interval '1 day' where id = $1", id);
  expect(await remind()).toEqual([expect.stringContaining("Your service credential build server ends in 7 days")]);
  expect(await remind()).toEqual([]);
  await sql("update service_credentials set reminded_at = reminded_at - interval '1 day' where id = $1", id);
  await sql("update notice_folds set mailed_at = mailed_at - interval '1 day'");
  expect(await remind()).toEqual([]);
  const expiresAt = new Date(Date.now() + 5 * 86_400_000).toISOString();
  await by(who, updateCredential, { id, expiresAt });
  expect(await remind()).toEqual([expect.stringContaining("ends in 5 days")]);
});

test("tokens and service credentials stand in one digest", async () => {
  const { who } = await keeper(7);
  await tokenRow(who, { createdAt: "now() - interval '100 days'", expiresAt: "now() + interval '7 days'" });
  expect(await remind()).toEqual([
    expect.stringContaining("2 of your API tokens and service credentials are about to end"),
  ]);
  expect(await remind()).toEqual([]);
});

test("of what a system makes anew by itself nobody is reminded", async () => {
  await keeper(3, "automatic");
  expect(await remind()).toEqual([]);
});
