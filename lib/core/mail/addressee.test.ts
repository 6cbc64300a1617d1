import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { canonicalName } from "#lib/core/limit-keys.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { configure } from "#tests/settings.ts";
import { mailJob } from "./queue.ts";

let mailbox: Mailbox;

beforeAll(async () => {
  configure({ APP_URL: "https://portal.example" });
  mailbox = await openMailbox();
});

test.each(["!#$%&'*+-/=?^_`{|}~@example.org", "r&d=x/y@example.org", "root@mailhost", "ada@xn--e1afmkfd.xn--p1ai"])(
  "%s goes to the mail server as it is, as the only recipient",
  async (to) => {
    const id = randomUUID();
    await mailJob.work({ id, to, countedFor: null, subject: "Hello", paragraphs: ["One."] });
    const [mail, ...more] = mailbox.mails.filter(({ messageId }) => messageId === `<${id}@portal.example>`);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ to: [{ address: to }], subject: "Hello" });
    // The test's server shows domains in their own script.
    expect(mail?.recipients.map(canonicalName)).toEqual([to]);
    expect([mail?.cc, mail?.bcc]).toEqual([undefined, undefined]);
  },
);
