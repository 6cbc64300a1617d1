import { beforeAll, describe, expect, test } from "vitest";
import { env } from "#lib/env.ts";
import { sql } from "#tests/cast.ts";
import { ask, check, mailsOf, openResetDesk, someone, somewhere } from "#tests/reset-desk.ts";

beforeAll(openResetDesk);

describe("asking for a new password", () => {
  test.each(["username", "email"] as const)("by %s, whatever its case, brings a mail with a link", async (name) => {
    const who = await someone();
    expect((await ask({ login: ` ${who[name].toUpperCase()} ` })).status).toBe(201);
    const [mail, ...more] = await mailsOf(who);
    expect([mail?.subject, more]).toEqual(["Choose a new password", []]);
    expect(mail?.link).toMatch(/^http:\/\/localhost:3000\/reset-password\/lk_lnk_\w{49}$/);
    expect(mail?.link?.startsWith(env().APP_URL)).toBe(true);
  });

  test("is answered alike for everybody, and leaves the same behind", async () => {
    const [known, inactive, unverified, notified] = [
      await someone(),
      await someone(),
      await someone(),
      await someone(),
    ];
    await sql("update users set active = false where id = $1", inactive.id);
    await sql("update users set email_verified_at = null where id = $1", unverified.id);
    await sql("update users set notifications_only = true where id = $1", notified.id);
    const emails = [known, inactive, unverified, notified, { email: "nobody@example.org" }].map(({ email }) => email);
    const traces: unknown[] = [];
    for (const email of emails) {
      const answer = await ask({ email });
      const { date, "x-request-id": requestId, ...headers } = answer.headers;
      const jobs = await sql(
        "select name from jobs.job where data->'by'->>'requestId' = $1 and state = 'created'",
        requestId,
      );
      const entries = await sql("select action, actor_id, target from audit_entries where request_id = $1", requestId);
      traces.push([answer.status, answer.text, headers, jobs, entries]);
    }
    for (const trace of traces) expect(trace).toEqual(traces[0]);
    expect(traces[0]).toMatchObject([201, "{}", {}, [{ name: "password-reset" }], [{ actor_id: null }]]);
  });

  test("mails nobody who has not proven the address", async () => {
    const who = await someone();
    await sql("update users set email_verified_at = null where id = $1", who.id);
    await ask({ email: who.email });
    expect(await mailsOf(who)).toEqual([]);
  });

  test("mails nobody who has no password here", async () => {
    const who = await someone();
    await sql("update users set password_hash = null where id = $1", who.id);
    await ask({ email: who.email });
    expect(await mailsOf(who)).toEqual([]);
  });

  test.each(["active = false", "notifications_only = true"])("gives no link while %s, and says why", async (state) => {
    const who = await someone();
    await sql(`update users set ${state} where id = $1`, who.id);
    await ask({ email: who.email });
    const [mail] = await mailsOf(who);
    expect([mail?.subject, mail?.link]).toEqual(["A new password would not help you", undefined]);
  });

  test("mails one person three times in a quarter of an hour at most; all three links are good", async () => {
    const who = await someone();
    for (let n = 0; n < 6; n++) expect((await ask({ email: who.email })).status).toBe(201);
    const links = (await mailsOf(who)).map(({ link }) => link?.split("/").at(-1) ?? "");
    expect(links).toHaveLength(3);
    for (const link of links) expect((await check(link)).body).toMatchObject({ user: { id: who.id } });
  });

  test("is refused to an address that asks too often, whoever it asks for", async () => {
    const from = somewhere();
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++) statuses.push((await ask({ email: `nobody${n}@example.org` }, from)).status);
    expect(statuses).toEqual([...Array(10).fill(201), 429]);
  });

  test("is on the record of the person, with where it came from", async () => {
    const who = await someone();
    await ask({ email: who.email }, "192.0.2.77");
    await mailsOf(who);
    const entries = await sql("select action, address from audit_entries where actor_id = $1", who.id);
    expect(entries).toEqual([{ action: "password_resets.mail", address: "192.0.2.77" }]);
  });

  test.each([{}, { login: "a", email: "a" }, { login: "" }, { login: ["a"] }])(
    "takes one name: not %o",
    async (input) => {
      expect((await ask(input)).status).toBe(422);
    },
  );
});
