import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { sql } from "#tests/cast.ts";
import { sessionOf, tokenOf } from "#tests/credentials.ts";
import {
  addressOf,
  api,
  change,
  from,
  isAlive,
  mailbox,
  moved,
  openEmailDesk,
  post,
  someone,
  undo,
  unused,
} from "#tests/email-desk.ts";
import { emailChange, linkOf } from "#tests/samples/operations.ts";
import { json } from "#tests/test-api.ts";
import { forgetChanges } from "./pending.ts";

beforeAll(openEmailDesk);

describe("taking a change back", () => {
  test("returns the old address, ends every session, and tells of it; tokens go on", async () => {
    const who = await someone();
    const { newEmail, undoing } = await moved(who);
    const [session, { secret }] = [await sessionOf(who), await tokenOf(who, ["profile:read"])];
    expect((await post("/undo/check", undoing)).body).toMatchObject({ oldEmail: who.email, newEmail });
    const answer = await undo(undoing);
    expect([answer.status, answer.body]).toMatchObject([201, { email: who.email }]);
    expect([await addressOf(who), await isAlive(session), await isAlive(secret)]).toEqual([who.email, false, true]);
    const subjects = (await mailbox.of(who.email)).map(({ subject }) => subject);
    expect(subjects).toContain("The change of your e-mail address was taken back");
  });

  test("ends what the thief may hold: changes under way, links, tickets, known devices", async () => {
    const who = await someone();
    const { newEmail, undoing } = await moved(who);
    await change(await sessionOf(who), unused());
    await mailbox.work();
    const reset = await linkOf(who, "reset", { email: newEmail });
    await sql(
      "insert into tickets (user_id, secret_hash, factors, expires_at) values ($1, 'x', '{}', now() + interval '1 minute')",
      who.id,
    );
    await sql("insert into devices (user_id, secret_hash) values ($1, 'x')", who.id);
    await undo(undoing);
    for (const table of ["links", "tickets", "devices", "challenges"])
      expect(await sql(`select id from ${table} where user_id = $1`, who.id), table).toEqual([]);
    expect(await sql("select id from email_changes where user_id = $1 and confirmed_at is null", who.id)).toEqual([]);
    const input = json({ link: reset, newPassword: "Copper-Lantern-83" }, from());
    expect((await api.request("/api/v1/password-resets/complete", { method: "POST", ...input })).status).toBe(410);
  });

  test("works over a second change, whose own way back is gone with it", async () => {
    const who = await someone();
    const first = await moved(who);
    const second = await moved({ ...who, email: first.newEmail });
    expect((await undo(first.undoing)).body).toMatchObject({ email: who.email });
    expect((await undo(second.undoing)).status).toBe(410);
    expect(await addressOf(who)).toBe(who.email);
  });

  test("has seven days", async () => {
    const who = await someone();
    const { undoing } = await moved(who);
    await sql("update email_changes set undo_until = now() where user_id = $1", who.id);
    expect((await undo(undoing)).status).toBe(410);
    await transaction(forgetChanges);
    expect(await sql("select id from email_changes where user_id = $1", who.id)).toEqual([]);
  });

  test("of a burst of twenty, one does it", async () => {
    const who = await someone();
    const link = await linkOf(who, "email-undo", await emailChange(who, true));
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => undo(link)))).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, ...Array(19).fill(410)]);
  });

  test("is not possible with the link that confirms", async () => {
    const who = await someone();
    const link = await linkOf(who, "email", await emailChange(who));
    expect((await undo(link)).status).toBe(410);
  });
});
