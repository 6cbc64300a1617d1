import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { execute } from "#lib/core/execute.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import { account, type Cast, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { deadLetter } from "#tests/samples/operations.ts";
import { listMailFailures, retryMailFailure } from "./operations.ts";

let cast: Cast;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  mailbox = await openMailbox();
});

const list = async (who: Person, input = {}) => (await execute(listMailFailures, await asPerson(who), input)).output;
const retry = async (who: Person, id: string, accountId?: string) =>
  execute(retryMailFailure, await asPerson(who), { id, accountId });

describe("mail that could not be delivered", () => {
  test("is there for the administrators of whom it concerns, with why and since when", async () => {
    const who = await person(cast.here, ["Member"]);
    mailbox.refusing = true;
    const mail = { to: who.email, countedFor: null, userId: who.id, subject: "Out of luck", paragraphs: ["Hello,"] };
    await transaction((tx) => queueMail(tx, mail));
    for (let tries = 0; tries <= 12; tries++) {
      await sql("update jobs.job set start_after = now() where state = 'retry'");
      await mailbox.work();
    }
    mailbox.refusing = false;
    const [failure, ...others] = (await list(cast.ada)).items;
    expect(others).toEqual([]);
    expect(failure).toMatchObject({
      kind: "mail",
      to: who.email,
      username: who.username,
      subject: "Out of luck",
      tries: 13,
      reason: expect.stringContaining("try later"),
    });
    expect((await list(cast.dan)).items).toEqual([]);
    await retry(cast.ada, String(failure?.id));
    expect(await mailbox.newest(who.email)).toMatchObject({ subject: "Out of luck" });
    expect((await list(cast.ada)).items).toEqual([]);
  });

  test("shows neither what it says nor its link", async () => {
    await deadLetter(cast.ben, "Secret matter");
    const text = JSON.stringify((await list(cast.ada)).items.find(({ subject }) => subject === "Secret matter"));
    expect(text).not.toContain("Hello,");
  });

  test("is listed page by page, newest first, each once", async () => {
    for (let n = 0; n < 5; n++) await deadLetter(cast.dan, `letter ${n}`);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await list(cast.dan, { limit: 2, cursor });
      seen.push(...items.map(({ subject }) => subject));
      cursor = nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual([4, 3, 2, 1, 0].map((n) => `letter ${n}`));
  });

  test("is sent again once, however many administrators ask", async () => {
    const who = await person(cast.here, ["Member"]);
    const id = await deadLetter(who);
    const asked = await Promise.allSettled(Array.from({ length: 10 }, () => retry(cast.ada, id)));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await mailbox.of(who.email)).toHaveLength(1);
  });

  test("counts again where the address is not proven, and stays where it is once there was enough", async () => {
    const who = await person(cast.here, ["Member"]);
    const again = async () => {
      const id = await deadLetter(who);
      await sql("update jobs.job set data = data || $2 where id = $1", id, JSON.stringify({ countedFor: cast.here }));
      return retry(cast.ada, id);
    };
    await again();
    const filled = await sql(
      `update unproven_mails set accounts = array_fill($1::text, array[5000]), sent_at = array_fill(now(), array[5000])
       where cardinality(sent_at) = 1 returning address`,
      cast.here,
    );
    expect(filled).toHaveLength(1);
    await expect(again()).rejects.toMatchObject({ code: "too_many_requests" });
    expect(await sql("select from jobs.job where name = 'undelivered' and data->>'to' = $1", who.email)).toHaveLength(
      1,
    );
  });

  test("is not sent to an address that is theirs no longer, when it holds a link", async () => {
    const who = await person(cast.here, ["Member"]);
    const link = { userId: who.id, purpose: "reset", words: "Go on", path: "/reset-password", minutes: 30 };
    const id = await deadLetter(who, "Reset", link);
    await sql("update users set email = $2 where id = $1", who.id, `new-${who.email}`);
    await expect(retry(cast.ada, id)).rejects.toMatchObject({ status: 409 });
    expect((await list(cast.ada)).items.map((item) => item.id)).toContain(id);
    await sql("update users set email = $2 where id = $1", who.id, who.email);
    await retry(cast.ada, id);
    expect((await mailbox.newest(who.email)).link).toContain("/reset-password/");
  });

  test("that invites somebody is sent again until they have a password", async () => {
    const who = await person(cast.here, ["Member"]);
    await sql("update users set email_verified_at = null, password_hash = null where id = $1", who.id);
    const link = { userId: who.id, purpose: "invitation", words: "Come in", path: "/invitation", minutes: 30 };
    const [first, second] = [await deadLetter(who, "Welcome", link), await deadLetter(who, "Welcome once more", link)];
    await retry(cast.ada, first);
    expect((await mailbox.newest(who.email)).link).toContain("/invitation/");
    await sql("update users set password_hash = 'set' where id = $1", who.id);
    await expect(retry(cast.ada, second)).rejects.toMatchObject({ status: 409 });
  });

  test("of another account does not exist", async () => {
    const id = await deadLetter(cast.ben);
    await expect(retry(cast.dan, id)).rejects.toMatchObject({ status: 404 });
  });

  test("in a managed account is looked after from there, as far as was agreed on", async () => {
    const managed = await account("Managed");
    await manage(cast.here, managed, ["*:managed:list:mail_failure"]);
    const who = await person(managed, ["Member"]);
    const id = await deadLetter(who, "Lost in the south");
    expect((await list(cast.ada, { accountId: managed })).items.map((item) => item.id)).toEqual([id]);
    expect((await list(cast.ada)).items.map((item) => item.id)).not.toContain(id);
    await expect(retry(cast.ada, id)).rejects.toMatchObject({ status: 404 });
    await expect(retry(cast.ada, id, managed)).rejects.toMatchObject({ status: 403 });
    await sql("update account_relations set rights = '{*:managed:*:*}' where managed_id = $1", managed);
    await retry(cast.ada, id, managed);
    expect(await mailbox.newest(who.email)).toMatchObject({ subject: "Lost in the south" });
    await expect(list(cast.dan, { accountId: managed })).rejects.toMatchObject({ status: 404 });
  });

  test("is nothing for members", async () => {
    await expect(list(cast.ben)).rejects.toMatchObject({ code: "forbidden" });
  });
});
