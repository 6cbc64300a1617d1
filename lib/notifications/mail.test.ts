import { beforeAll, expect, test } from "vitest";
import { queueNotice } from "#lib/core/notice.ts";
import { transaction } from "#lib/db/index.ts";
import { type Cast, openStage } from "#lib/testing/cast.ts";
import { type Mailbox, openMailbox } from "#lib/testing/mailbox.ts";

let cast: Cast;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage();
  mailbox = await openMailbox();
});

test("a notice is a mail to the person's own address, and to nobody else", async () => {
  const notice = {
    userId: cast.ben.id,
    event: "password_changed",
    subject: "Hello",
    paragraphs: ["One.", "Two."],
  } as const;
  await transaction((tx) => queueNotice(tx, { ...notice, paragraphs: [...notice.paragraphs] }));
  const mail = await mailbox.newest(cast.ben.email);
  expect(mail).toMatchObject({ recipients: [cast.ben.email], to: [{ address: cast.ben.email }], subject: "Hello" });
  expect(mailbox.mails.length).toBe(1);
});
