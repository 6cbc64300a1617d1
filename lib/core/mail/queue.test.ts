import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configure } from "#tests/settings.ts";
import { mailJob } from "./queue.ts";

const folder = mkdtempSync(join(tmpdir(), "latchkey-mail-"));

beforeAll(() => configure({ DATA_DIR: folder, APP_URL: "https://portal.example" }));
afterAll(() => rmSync(folder, { recursive: true }));

const mail = {
  id: randomUUID(),
  to: "ada@example.org",
  countedFor: null,
  subject: "Hello",
  paragraphs: ["One.", "Two."],
};
const written = () => readdirSync(join(folder, "mail"));

test("without SMTP a mail is a file that its owner alone can read", async () => {
  await mailJob.work(mail);
  const file = join(folder, "mail", `${mail.id}.eml`);
  const read = await PostalMime.parse(readFileSync(file));
  expect(read).toMatchObject({
    from: { address: "no-reply@portal.example" },
    to: [{ address: "ada@example.org" }],
    subject: "Hello",
    messageId: `<${mail.id}@portal.example>`,
  });
  expect([read.text?.startsWith("One.\n\nTwo."), statSync(file).mode & 0o777]).toEqual([true, 0o600]);
});

test("the same mail delivered twice is one file, with one id", async () => {
  const again = { ...mail, id: randomUUID() };
  const before = written().length;
  await mailJob.work(again);
  await mailJob.work(again);
  expect(written().length).toBe(before + 1);
});

test("words in it are words, in HTML too", async () => {
  const rude = { ...mail, id: randomUUID(), paragraphs: [`<img src=x onerror="alert(1)"> & 'so on'`] };
  await mailJob.work(rude);
  const { html } = await PostalMime.parse(readFileSync(join(folder, "mail", `${rude.id}.eml`)));
  expect(html).toContain(">&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#39;so on&#39;</p>");
});

test.each(["ada@example.org, eve@example.org", "ada@example.org\r\nBcc: eve@example.org", "Ada <ada@example.org>", ""])(
  "it has one recipient: %j is none",
  async (to) => {
    const before = written();
    await expect(mailJob.work({ ...mail, id: randomUUID(), to })).rejects.toThrow();
    expect(written()).toEqual(before);
  },
);

test("a subject adds no header", async () => {
  const forged = { ...mail, id: randomUUID(), subject: "Hi\r\nBcc: eve@example.org\r\n\r\nbody" };
  await mailJob.work(forged);
  const read = await PostalMime.parse(readFileSync(join(folder, "mail", `${forged.id}.eml`)));
  expect([read.bcc, read.to?.length]).toEqual([undefined, 1]);
});
