import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { execute } from "#lib/core/execute.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { openMailbox } from "#tests/mailbox.ts";
import { notificationRow } from "#tests/samples/operations.ts";
import { slots } from "./choices.ts";
import { channels, eventNames, events, isAlwaysSent } from "./events.ts";
import { countNotifications, listNotifications } from "./list.ts";
import { readAllNotifications, readNotification } from "./mark-read.ts";
import { getNotificationSettings, putNotificationSettings } from "./settings.ts";

let cast: Cast;
let mailbox: Awaited<ReturnType<typeof openMailbox>>;

beforeAll(async () => {
  cast = await openStage();
  mailbox = await openMailbox();
});

const someone = () => person(cast.here, ["Member"]);
const list = async (who: Person, input = {}) => (await execute(listNotifications, await asPerson(who), input)).output;
const unread = async (who: Person) => (await execute(countNotifications, await asPerson(who), {})).output.unread;
const choose = async (who: Person, wanted: string[]) =>
  (await execute(putNotificationSettings, await asPerson(who), { wanted })).output;
const tell = (who: Person, event: Notice["event"]) =>
  transaction((tx) => queueNotice(tx, { userId: who.id, event, subject: event, paragraphs: ["Hello."] }));

describe("the inbox", () => {
  test("lists one's own, newest first, page by page, each once", async () => {
    const who = await someone();
    // Told within one instant, as one transaction does.
    for (let n = 0; n < 5; n++) await notificationRow(who.id, `same ${n}`, "'2026-01-01T00:00:00Z'");
    await notificationRow(who.id, "newest");
    await notificationRow(cast.cleo.id, "another's");
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await list(who, { limit: 2, cursor });
      seen.push(...items.map(({ subject }) => subject));
      cursor = nextCursor ?? undefined;
    } while (cursor);
    expect(seen[0]).toBe("newest");
    expect(seen.toSorted()).toEqual(["newest", "same 0", "same 1", "same 2", "same 3", "same 4"]);
  });

  test("counts what is unread, up to a hundred", async () => {
    const who = await someone();
    expect(await unread(who)).toBe(0);
    await sql(
      `insert into notifications (id, user_id, event, subject, paragraphs)
       select gen_random_uuid(), $1, 'new_device', 'Hello', '{}' from generate_series(1, 150)`,
      who.id,
    );
    expect([await unread(who), (await list(who)).unread]).toEqual([100, 100]);
  });

  test("forgets the mark of one that is read, and keeps the instant of the first time", async () => {
    const who = await someone();
    const [id] = [await notificationRow(who.id), await notificationRow(who.id)];
    expect((await execute(readNotification, await asPerson(who), { id })).output).toEqual({ unread: 1 });
    const readAt = async () => (await list(who)).items.find((item) => item.id === id)?.readAt;
    const first = await readAt();
    await execute(readNotification, await asPerson(who), { id });
    expect([await readAt(), (await list(who, { state: "unread" })).items.length]).toEqual([first, 1]);
  });

  test("is read all at once, and nobody else's with it", async () => {
    const [who, other] = [await someone(), await someone()];
    for (const { id } of [who, who, other]) await notificationRow(id);
    await execute(readAllNotifications, await asPerson(who), {});
    expect([await unread(who), await unread(other)]).toEqual([0, 1]);
  });

  test("of another does not exist", async () => {
    const id = await notificationRow(cast.cleo.id);
    await expect(execute(readNotification, await asPerson(cast.ben), { id })).rejects.toMatchObject({ status: 404 });
  });
});

test("every event is documented", () => {
  const text = readFileSync("docs/notifications.md", "utf8");
  expect(eventNames.filter((event) => !text.includes(`\`${event}\``))).toEqual([]);
});

describe("the choice of where to be told", () => {
  test("begins with each event's default", async () => {
    const { output } = await execute(getNotificationSettings, await asPerson(await someone()), {});
    const usual = output.events.map(({ event, mail, inbox, webhook }) => ({ event, mail, inbox, webhook }));
    for (const row of usual)
      for (const channel of channels) expect(row[channel].wanted).toBe(events[row.event].defaults[channel]);
  });

  test("holds for every channel from the next notice on", async () => {
    const who = await someone();
    await choose(who, ["token_expiry:inbox"]);
    await tell(who, "token_expiry");
    expect(await mailbox.of(who.email)).toEqual([]);
    expect((await list(who)).items.map(({ event }) => event)).toEqual(["token_expiry"]);
    await choose(who, ["token_expiry:mail"]);
    await tell(who, "token_expiry");
    expect(await mailbox.of(who.email)).toHaveLength(1);
    expect((await list(who)).items).toHaveLength(1);
  });

  test("switches no event of security off", async () => {
    const who = await someone();
    const { wanted } = await choose(who, []);
    const locked = slots.filter((slot) => isAlwaysSent(...(slot.split(":") as Parameters<typeof isAlwaysSent>)));
    expect([locked.length > 20, wanted.toSorted()]).toEqual([true, locked.toSorted()]);
    await sql("insert into notification_choices values ($1, 'new_device', 'mail', false)", who.id);
    await tell(who, "new_device");
    expect(await mailbox.of(who.email)).toHaveLength(1);
    expect((await list(who)).items).toHaveLength(1);
  });

  test("is kept only where it differs from the default", async () => {
    const who = await someone();
    const { output } = await execute(getNotificationSettings, await asPerson(who), {});
    await choose(who, [...output.wanted, "token_revoked:mail"]);
    const rows = await sql("select event, channel, wanted from notification_choices where user_id = $1", who.id);
    expect(rows).toEqual([{ event: "token_revoked", channel: "mail", wanted: true }]);
  });

  test("of an unheard-of event is refused", async () => {
    await expect(choose(cast.ben, ["lottery:mail"])).rejects.toMatchObject({ code: "invalid_fields" });
  });
});
