import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { sql } from "#tests/cast.ts";
import { sessionOf, tokenOf } from "#tests/credentials.ts";
import {
  addressOf,
  api,
  ask,
  change,
  confirm,
  from,
  isAlive,
  mailbox,
  moved,
  openEmailDesk,
  post,
  read,
  secretIn,
  someone,
  unused,
} from "#tests/email-desk.ts";
import { emailChange, linkOf } from "#tests/samples/operations.ts";
import { json } from "#tests/test-api.ts";
import { forgetChanges } from "./pending.ts";

beforeAll(openEmailDesk);

describe("a change of address", () => {
  test("waits until the new one is proven; the old one stays and is told afterwards", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const newEmail = unused();
    const asked = await change(session, newEmail);
    expect([asked.status, asked.body]).toMatchObject([200, { email: who.email, pending: { newEmail } }]);
    expect(await addressOf(who)).toBe(who.email);
    const [mail] = await mailbox.of(newEmail);
    expect(mail?.link).toMatch(/^http:\/\/localhost:3000\/confirm-email\/lk_lnk_\w{49}$/);
    expect(`${mail?.text}`).not.toContain(who.fullName);
    expect((await confirm(await secretIn(newEmail), session)).status).toBe(201);
    expect(await read(session)).toMatchObject({ email: newEmail, verifiedAt: expect.any(String), pending: null });
    const told = await mailbox.newest(who.email);
    expect(told.subject).toBe("Your e-mail address was changed");
    expect(told.link).toMatch(/\/undo-email-change\/lk_lnk_\w{49}$/);
  });

  test("leaves the username, the sessions and the password as they are", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    await moved(who);
    expect(await isAlive(session)).toBe(true);
    const input = json({ username: who.username, password: who.password }, from());
    expect((await api.request("/api/v1/sessions", { method: "POST", ...input })).status).toBe(201);
  });

  test("asks for a proof of identity that is fresh", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    await sql("update sessions set fresh_until = now() where user_id = $1", who.id);
    expect((await change(session, unused())).field("code")).toBe("step_up_required");
  });

  test("is confirmed by who asked for it and holds the link, in any session of theirs, once", async () => {
    const who = await someone();
    const newEmail = unused();
    await change(await sessionOf(who), newEmail);
    const link = await secretIn(newEmail);
    const session = await sessionOf(who);
    for (let n = 0; n < 2; n++) expect((await post("/check", link)).body).toMatchObject({ newEmail });
    expect((await confirm(link, session)).text).not.toContain("lk_");
    expect((await confirm(link, session)).field("code")).toBe("link_expired");
    expect((await post("/check", link)).body).toMatchObject({ user: null, newEmail: null });
  });

  test("is confirmed by nobody else who holds the link: not signed in, as another, or with a token", async () => {
    const [who, other] = [await someone(), await someone()];
    const newEmail = unused();
    const session = await sessionOf(who);
    await change(session, newEmail);
    const link = await secretIn(newEmail);
    const { secret } = await tokenOf(who, ["profile:write"]);
    const refusals = [
      await post("/confirm", link),
      await confirm(link, await sessionOf(other)),
      await confirm(link, secret),
    ];
    expect(refusals.map(({ status, field }) => [status, field("code")])).toEqual([
      [401, "unauthenticated"],
      [403, "forbidden"],
      [403, "session_required"],
    ]);
    expect(refusals[1]?.field("detail")).toContain(`for the user ${who.username}`);
    expect([await addressOf(who), await addressOf(other)]).toEqual([who.email, other.email]);
    expect((await confirm(link, session)).status).toBe(201);
  });

  test("of a burst of twenty confirmations, one wins", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const link = await linkOf(who, "email", await emailChange(who));
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => confirm(link, session)))).map(
      ({ status }) => status,
    );
    expect(statuses.toSorted()).toEqual([201, ...Array(19).fill(410)]);
  });

  test("has a day, and then is over", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const newEmail = unused();
    await change(session, newEmail);
    const link = await secretIn(newEmail);
    const lasts = "extract(epoch from expires_at - created_at)::int as seconds";
    expect(await sql(`select ${lasts} from links where user_id = $1`, who.id)).toEqual([{ seconds: 86_400 }]);
    await sql("update email_changes set expires_at = now() where user_id = $1", who.id);
    expect(await read(session)).toMatchObject({ pending: null });
    expect((await confirm(link, session)).status).toBe(410);
  });

  test("can be corrected: the link to the wrong address is worth nothing then", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const [wrong, right] = [unused(), unused()];
    await change(session, wrong);
    const link = await secretIn(wrong);
    await change(session, right);
    expect((await confirm(link, session)).status).toBe(410);
    expect((await confirm(await secretIn(right), session)).body).toMatchObject({ email: right });
  });

  test("can be given up", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const newEmail = unused();
    await change(session, newEmail);
    const link = await secretIn(newEmail);
    expect((await ask("DELETE", "/pending", session)).status).toBe(204);
    expect((await confirm(link, session)).status).toBe(410);
    expect((await ask("DELETE", "/pending", session)).status).toBe(404);
    expect(await addressOf(who)).toBe(who.email);
  });

  test("is mailed again, after a minute", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const newEmail = unused();
    await change(session, newEmail);
    const soon = await ask("POST", "/resend", session, {});
    expect([soon.status, Number(soon.headers["retry-after"])]).toEqual([429, expect.closeTo(59, -1)]);
    await sql("update email_changes set sent_at = now() - interval '61 seconds' where user_id = $1", who.id);
    expect((await ask("POST", "/resend", session, {})).status).toBe(201);
    const links = (await mailbox.of(newEmail)).map(({ link }) => link?.split("/").at(-1) ?? "");
    expect(links).toHaveLength(2);
    expect((await confirm(links[0] ?? "", session)).status).toBe(201);
    expect((await confirm(links[1] ?? "", session)).status).toBe(410);
  });

  test("that nobody asked for cannot be mailed again", async () => {
    expect((await ask("POST", "/resend", await sessionOf(await someone()), {})).status).toBe(404);
  });

  test("ends a link to a new password that was mailed to the old address", async () => {
    const who = await someone();
    const reset = await linkOf(who, "reset", { email: who.email });
    await moved(who);
    const input = json({ link: reset, newPassword: "Copper-Lantern-83" }, from());
    expect((await api.request("/api/v1/password-resets/complete", { method: "POST", ...input })).status).toBe(410);
  });

  test("is refused where an administrator keeps the address", async () => {
    const who = await someone();
    await sql(`update users set locked_fields = '{"email": "Staff directory"}' where id = $1`, who.id);
    const answer = await change(await sessionOf(who), unused());
    expect(answer.body).toMatchObject({ errors: [{ pointer: "/newEmail", message: "Locked: Staff directory" }] });
  });

  test.each(["nobody", "a@b.example, c@d.example", "Ada <a@b.example>", "a@b.example\r\nBcc: c@d.example", 7])(
    "takes one address: not %j",
    async (newEmail) => {
      expect((await change(await sessionOf(await someone()), newEmail)).status).toBe(422);
    },
  );

  test("to the address one has is refused", async () => {
    const who = await someone();
    const answer = await change(await sessionOf(who), who.email.toUpperCase());
    expect(answer.body).toMatchObject({ errors: [{ code: "same" }] });
  });
});

test("changes under way, and those that can be undone, are kept", async () => {
  const who = await someone();
  await emailChange(who);
  await emailChange(who, true);
  await transaction(forgetChanges);
  expect(await sql("select id from email_changes where user_id = $1", who.id)).toHaveLength(2);
});
