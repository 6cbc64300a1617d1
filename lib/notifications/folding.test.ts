import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { type Notice, queueNotice, queueNotices } from "#lib/core/notice.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { noticeJob } from "./deliver.ts";

let cast: Cast;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage();
  mailbox = await openMailbox();
});

const someone = () => person(cast.here, ["Member"]);
const tell = (notice: Notice) => transaction((tx) => queueNotice(tx, notice));
const changed = ({ id }: Person, what = "Your webhook now goes to hooks.example.org."): Notice => ({
  userId: id,
  event: "webhook_changed",
  subject: "Your webhook was changed",
  paragraphs: ["Hello Ada,", what, "If this was not you, tell an administrator."],
  button: { words: "Look at your webhook", path: "/notifications#webhook" },
});
const comeDue = () => sql("update jobs.job set start_after = now() where name = 'notice-fold' and state = 'created'");
const dueIn = async ({ id }: Person) => {
  const [job] = await sql<{ minutes: number }>(
    `select extract(epoch from start_after - now())::int / 60.0 as minutes from jobs.job
     where name = 'notice-fold' and state = 'created' and data ->> 'userId' = $1`,
    id,
  );
  return Number(job?.minutes);
};
/** Makes it ten minutes later for somebody. */
const later = ({ id }: Person) =>
  sql("update notice_folds set mailed_at = mailed_at - interval '11 minutes' where user_id = $1", id);
const inbox = ({ id }: Person) => sql("select id from notifications where user_id = $1", id);

describe("notices of one kind", () => {
  test("go at once, then in one mail with their count after ten minutes; the inbox has each", async () => {
    const who = await someone();
    await tell(changed(who, "Your webhook now goes to first.example.org."));
    await mailbox.work();
    for (let n = 0; n < 12; n++) await tell(changed(who, `Your webhook now goes to h${n}.example.org.`));
    const [first, ...more] = await mailbox.of(who.email);
    expect([first?.text, more]).toEqual([expect.stringContaining("first.example.org"), []]);
    expect(await dueIn(who)).toBeCloseTo(10, 0);
    await comeDue();
    const [, folded, ...others] = await mailbox.of(who.email);
    expect([folded?.subject, others]).toEqual(["Webhook changed: 12 times more", []]);
    expect(folded?.text).toContain("happened 12 times more. The last 10 of them:");
    expect(folded?.text?.match(/Your webhook now goes to h\d+\.example\.org/g)).toHaveLength(10);
    expect(folded?.text?.match(/If this was not you/g)).toHaveLength(1);
    expect(await inbox(who)).toHaveLength(13);
  });

  test("are folded again after a folded mail, and go at once when ten minutes were quiet", async () => {
    const who = await someone();
    for (let n = 0; n < 3; n++) await tell(changed(who));
    await mailbox.work();
    await comeDue();
    await mailbox.work();
    await tell(changed(who));
    expect(await mailbox.of(who.email)).toHaveLength(2);
    await comeDue();
    expect(await mailbox.of(who.email)).toHaveLength(3);
    await later(who);
    await tell(changed(who));
    expect(await mailbox.of(who.email)).toHaveLength(4);
  });

  test("of which one repeats are told in its own words", async () => {
    const who = await someone();
    await tell(changed(who));
    await mailbox.work();
    await tell(changed(who, "Your webhook was removed."));
    await mailbox.work();
    await comeDue();
    const mail = await mailbox.newest(who.email);
    expect([mail.subject, mail.text]).toEqual([
      "Your webhook was changed",
      expect.stringContaining("Hello Ada,\n\nYour webhook was removed."),
    ]);
  });

  test("do not wait for those of another kind, or of another person", async () => {
    const [who, other] = [await someone(), await someone()];
    await tell(changed(who));
    await tell({ ...changed(who), event: "password_changed" });
    await tell(changed(other));
    expect([await mailbox.of(who.email), await mailbox.of(other.email)].map(({ length }) => length)).toEqual([2, 1]);
  });

  test("with a link are never folded", async () => {
    const who = await someone();
    const link = { userId: who.id, purpose: "not-me", words: "Not me", path: "/not-me", minutes: 5 } as const;
    for (let n = 0; n < 3; n++) await tell({ ...changed(who), link });
    expect(await mailbox.of(who.email)).toHaveLength(3);
  });

  test("that are delivered twice count once", async () => {
    const who = await someone();
    const [first, second, third] = [0, 1, 2].map((n) => ({ ...changed(who, `Change ${n}.`), id: randomUUID() }));
    for (const notice of [first, first, second, second, first, third]) if (notice) await noticeJob.work(notice);
    expect(await mailbox.of(who.email)).toHaveLength(1);
    await comeDue();
    expect(await mailbox.newest(who.email)).toMatchObject({ subject: "Webhook changed: 2 times more" });
  });

  test("are mailed again, should the job of a folded mail have been given up", async () => {
    const who = await someone();
    for (let n = 0; n < 2; n++) await tell(changed(who));
    await mailbox.work();
    await sql("delete from jobs.job where name = 'notice-fold'");
    await sql("update notice_folds set due_at = now() - interval '25 hours' where user_id = $1", who.id);
    await tell(changed(who));
    expect(await mailbox.of(who.email)).toHaveLength(2);
  });
});

describe("what many people are told at once", () => {
  const rights = (sentence: string) => ({
    event: "rights_changed" as const,
    subject: "Your roles or groups were changed",
    paragraphs: [sentence, "It holds already."],
  });

  test("is in their inboxes at once, and in a digest to each, at another moment within the hour", async () => {
    const people = await Promise.all(Array.from({ length: 12 }, someone));
    const ids = people.map(({ id }) => id);
    await transaction((tx) => queueNotices(tx, ids, rights("You are in the group Crew.")));
    await transaction((tx) => queueNotices(tx, ids.slice(0, 1), rights("You are in the group Guild.")));
    const before = mailbox.mails.length;
    await mailbox.work();
    expect(mailbox.mails).toHaveLength(before);
    const waits = await Promise.all(people.map(dueIn));
    for (const wait of waits) expect(wait > 9 && wait <= 60).toBe(true);
    expect(new Set(waits.map((wait) => wait.toFixed(1))).size).toBeGreaterThan(6);
    await comeDue();
    const [two, one] = [people[0], people[1]] as [Person, Person];
    expect(await mailbox.of(one.email)).toMatchObject([{ subject: "Your roles or groups were changed" }]);
    const mails = await mailbox.of(two.email);
    expect(mails).toMatchObject([{ subject: "Roles or groups changed: 2 times" }]);
    for (const words of ["in the group Crew.", "in the group Guild.", "It holds already."])
      expect(mails[0]?.text).toContain(words);
    expect(await inbox(one)).toHaveLength(1);
  });
});
