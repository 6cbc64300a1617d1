import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { execute } from "#lib/core/execute.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { revokeToken } from "#lib/tokens/revoke.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, tokenOf } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { noticeJob } from "./deliver.ts";

let cast: Cast;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ APP_URL: "https://portal.example" });
  mailbox = await openMailbox();
});

const someone = () => person(cast.here, ["Member"]);
const tell = (notice: Notice) => transaction((tx) => queueNotice(tx, notice));
const changed = ({ id }: Person, more: Partial<Notice> = {}): Notice => ({
  userId: id,
  event: "password_changed",
  subject: "Your password was changed",
  paragraphs: ["Hello,", "your password was just changed."],
  button: { words: "Secure my account", path: "/secure-account" },
  ...more,
});
const reset = ({ id }: Person): Notice["link"] => ({
  userId: id,
  purpose: "reset",
  words: "Choose a new password",
  path: "/reset-password",
  minutes: 30,
});
const queued = (queue: string) =>
  sql<{ state: string; data: unknown; output: unknown; wait: number; tries: number }>(
    `select state, data, output, retry_count as tries, extract(epoch from start_after - now())::int as wait
     from jobs.job where name = $1 order by created_on desc`,
    queue,
  );
const comeDue = () => sql("update jobs.job set start_after = now() where name = 'mail' and state = 'retry'");

describe("a notice", () => {
  test("is a mail to the person's own address, in text and HTML, and to nobody else", async () => {
    const who = await someone();
    await tell(changed(who));
    const mail = await mailbox.newest(who.email);
    expect(mail).toMatchObject({
      recipients: [who.email],
      to: [{ address: who.email }],
      from: { address: "no-reply@portal.example" },
      subject: "Your password was changed",
      link: "https://portal.example/secure-account",
    });
    expect([mail.cc, mail.bcc]).toEqual([undefined, undefined]);
    expect(mail.text).toContain(
      "Hello,\n\nyour password was just changed.\n\nSecure my account:\nhttps://portal.example/",
    );
    expect(mail.html).toContain('<a href="https://portal.example/secure-account"');
    expect(mail.headers).toContainEqual(expect.objectContaining({ key: "auto-submitted", value: "auto-generated" }));
  });

  test("of a matter of security says why it cannot be switched off", async () => {
    const who = await someone();
    await tell(changed(who));
    const { text, html } = await mailbox.newest(who.email);
    for (const form of [text, html]) expect(form).toContain("concerns the security of your account, and it cannot be");
  });

  test("that can be switched off says where", async () => {
    const who = await someone();
    await tell(changed(who, { event: "token_expiry" }));
    const { text, html } = await mailbox.newest(who.email);
    for (const form of [text, html]) expect(form).toContain("https://portal.example/notifications#settings");
  });

  test("goes to no address that was never proven, and stands in the inbox all the same", async () => {
    const who = await someone();
    await sql("update users set email_verified_at = null where id = $1", who.id);
    await tell(changed(who));
    expect(await mailbox.of(who.email)).toEqual([]);
    expect(await sql("select subject from notifications where user_id = $1", who.id)).toHaveLength(1);
  });

  test("delivered twice is one mail and one line in the inbox", async () => {
    const who = await someone();
    const notice = { ...changed(who), id: randomUUID() };
    await noticeJob.work(notice);
    await noticeJob.work(notice);
    expect(await mailbox.of(who.email)).toHaveLength(1);
    await noticeJob.work(notice);
    expect(await mailbox.of(who.email)).toHaveLength(1);
    expect(await sql("select subject from notifications where user_id = $1", who.id)).toHaveLength(1);
  });

  test("whose transaction fails is never told", async () => {
    const who = await someone();
    const failing = transaction(async (tx) => {
      await queueNotice(tx, changed(who));
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await mailbox.of(who.email)).toEqual([]);
  });
});

describe("a mail server that is away", () => {
  test("for 10 minutes costs time and no mail", async () => {
    const who = await someone();
    await tell(changed(who));
    mailbox.refusing = true;
    let waited = 0;
    while (waited < 600) {
      await comeDue();
      await mailbox.work();
      const [waiting] = await queued("mail");
      expect(waiting).toMatchObject({ state: "retry" });
      expect(waiting?.wait).toBeGreaterThanOrEqual(10);
      waited += waiting?.wait ?? 0;
    }
    mailbox.refusing = false;
    await comeDue();
    expect(await mailbox.of(who.email)).toHaveLength(1);
  });

  test("for good makes it a dead letter, without the secret of its link", async () => {
    const who = await someone();
    const words = { to: who.email, countedFor: null, userId: who.id, subject: "Reset", paragraphs: ["Hello,"] };
    await transaction((tx) => queueMail(tx, { ...words, link: reset(who) }));
    mailbox.quoting = true;
    for (let tries = 0; tries <= 12; tries++) {
      await comeDue();
      await mailbox.work();
    }
    mailbox.quoting = false;
    const [letter] = await queued("undelivered");
    expect(letter).toMatchObject({ state: "created", data: { to: who.email, countedFor: null, subject: "Reset" } });
    expect(JSON.stringify(letter?.output)).toContain("https://portal.example/reset-password/lk_…");
    const [everything] = await sql<{ text: string }>("select string_agg(j::text, ' ') as text from jobs.job j");
    expect(everything?.text).not.toMatch(/lk_lnk_\w/);
    expect(await mailbox.of(who.email)).toEqual([]);
  });
});

test("a mail with a link for somebody who is gone ends at once, and nobody is written to", async () => {
  const who = await someone();
  const mail = { to: who.email, countedFor: null, subject: "Reset", paragraphs: ["Hello,"], link: reset(who) };
  const id = randomUUID();
  await transaction((tx) => queueMail(tx, mail, id));
  await sql("delete from users where id = $1", who.id);
  expect(await mailbox.of(who.email)).toEqual([]);
  expect(await sql("select state, output from jobs.job where name = 'mail' and id = $1", id)).toEqual([
    { state: "completed", output: null },
  ]);
});

test("a mail whose link cannot be made is logged and kept without the values of the statement", async () => {
  const who = await someone();
  const id = randomUUID();
  await transaction((tx) =>
    queueMail(tx, { to: who.email, countedFor: null, subject: "Reset", paragraphs: ["Hello,"], link: reset(who) }, id),
  );
  await sql("alter table links add constraint broken check (false) not valid");
  await mailbox.work();
  await sql("alter table links drop constraint broken");
  const [kept] = await sql<{ output: { message: string } }>(
    "select output from jobs.job where name = 'mail' and id = $1",
    id,
  );
  expect(kept?.output.message).toBe('new row for relation "links" violates check constraint "broken"');
  await comeDue();
  expect(await mailbox.of(who.email)).toHaveLength(1);
});

test("a link is made when its mail is sent, and works only from there", async () => {
  const who = await someone();
  await tell(changed(who, { event: "password_reset", link: reset(who), button: undefined }));
  expect(await sql("select id from links where user_id = $1", who.id)).toEqual([]);
  const { link } = await mailbox.newest(who.email);
  expect(link).toMatch(/^https:\/\/portal\.example\/reset-password\/lk_lnk_\w{49}$/);
  expect(await sql("select id from links where user_id = $1", who.id)).toHaveLength(1);
});

test("a token that was created is told of by mail, without its secret; a revoked one in the inbox", async () => {
  const who = await someone();
  const { id, secret, preview } = await tokenOf(who, ["profile:read"], { name: "nightly export" });
  const mail = await mailbox.newest(who.email);
  expect(mail.subject).toBe("The API token nightly export was created");
  expect(mail.text).toContain(preview);
  for (const form of [mail.text, mail.html]) expect(form).not.toContain(secret);
  await execute(revokeToken, await asPerson(who), { id });
  expect(await mailbox.of(who.email)).toHaveLength(1);
  const told = await sql("select event from notifications where user_id = $1 order by created_at", who.id);
  expect(told).toEqual([{ event: "token_created" }, { event: "token_revoked" }]);
});
