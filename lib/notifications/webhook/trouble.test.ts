import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { boss, type Mailbox, openMailbox, workOnce } from "#tests/mailbox.ts";
import { openReceiver, type Receiver } from "#tests/receiver.ts";
import { listNotifications } from "../list.ts";
import { deliverCall, type WebhookCall, webhookJob } from "./calls.ts";
import { deleteWebhook } from "./delete.ts";
import { putWebhook } from "./put.ts";
import { webhookTroubleJob } from "./trouble.ts";

let cast: Cast;
let mailbox: Mailbox;
let receiver: Receiver;

beforeAll(async () => {
  cast = await openStage({ APP_URL: "https://portal.example", RATE_LIMIT_FACTOR: "1000" });
  [mailbox, receiver] = [await openMailbox(), await openReceiver()];
});

const subject = "Your webhook does not take what is sent to it";
const mailsTo = async (who: Person) => (await mailbox.of(who.email)).filter((mail) => mail.subject === subject);
const inbox = async (who: Person) => {
  const { output } = await execute(listNotifications, await asPerson(who), { state: "all", limit: 100 });
  return output.items.filter(({ event }) => event === "webhook_failing");
};

async function owner(): Promise<Person> {
  const who = await person(cast.here, ["Member"]);
  await execute(putWebhook, await asPerson(who), { url: receiver.url });
  await sql("delete from jobs.job where name = 'webhook'");
  return who;
}

const call = ({ id: userId }: Person): WebhookCall => ({
  id: randomUUID(),
  userId,
  event: "new_device",
  subject: "Signed in with a new device",
  paragraphs: ["One."],
});

/** Queues a call and lets every try of it fail, as if hours had gone by; then whoever cares is told. */
async function giveUp(who: Person) {
  await boss().send(webhookJob.name, call(who));
  await sql("update notice_folds set mailed_at = mailed_at - interval '6 hours'");
  for (let tries = 0; tries < 13; tries++) {
    await sql("update jobs.job set start_after = now() where name = 'webhook'");
    await workOnce([webhookJob as never]);
  }
  expect(await workOnce([webhookTroubleJob as never])).toBe(1);
}

test("the owner of a webhook that takes nothing for hours is told, by mail and in the portal", async () => {
  const who = await owner();
  await giveUp(who);
  const [mail] = await mailsTo(who);
  expect(mail?.text).toContain("a call to 127.0.0.1");
  expect(mail?.text).toContain("It was about: Signed in with a new device.");
  expect(mail?.link).toBe("https://portal.example/notifications#webhook");
  expect(await inbox(who)).toMatchObject([{ subject, path: "/notifications#webhook", readAt: null }]);
});

test("the webhook itself is not told of it", async () => {
  const who = await owner();
  await giveUp(who);
  await mailbox.work();
  const calls = await boss().fetch<WebhookCall>("webhook", { batchSize: 100 });
  expect(calls.map(({ data }) => data.event)).not.toContain("webhook_failing");
});

test("they are told once, however many calls are given up", async () => {
  const who = await owner();
  await giveUp(who);
  await giveUp(who);
  await Promise.all([1, 2, 3].map(() => webhookTroubleJob.work(call(who))));
  expect([(await mailsTo(who)).length, (await inbox(who)).length]).toEqual([1, 1]);
});

test("once a call is taken, it is forgotten, and told again when it fails anew", async () => {
  const who = await owner();
  await giveUp(who);
  await mailbox.work();
  await sql("delete from jobs.job where name = 'webhook'");
  await deliverCall(call(who), receiver.policy);
  expect(await inbox(who)).toEqual([]);
  await giveUp(who);
  expect(await mailsTo(who)).toHaveLength(2);
});

test("a webhook that is changed or removed begins anew", async () => {
  const who = await owner();
  await giveUp(who);
  await execute(putWebhook, await asPerson(who), { url: `${receiver.url}/other` });
  expect(await inbox(who)).toEqual([]);
  await sql("delete from jobs.job where name = 'webhook'");
  await giveUp(who);
  await execute(deleteWebhook, await asPerson(who), {});
  expect(await inbox(who)).toEqual([]);
});

test("nothing is said where other calls were taken in the meantime, or there is no webhook any more", async () => {
  const who = await owner();
  await boss().send(webhookJob.name, call(who));
  const [taken] = await boss().fetch(webhookJob.name);
  await boss().complete(webhookJob.name, taken?.id ?? "");
  await sql("update jobs.job set completed_on = now() + interval '1 minute' where id = $1", taken?.id);
  await giveUp(who);
  expect(await inbox(who)).toEqual([]);

  const other = await owner();
  await execute(deleteWebhook, await asPerson(other), {});
  await webhookTroubleJob.work(call(other));
  expect(await inbox(other)).toEqual([]);
});
