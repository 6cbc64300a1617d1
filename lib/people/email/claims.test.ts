import { beforeAll, describe, expect, test } from "vitest";
import { type Person, sql } from "#tests/cast.ts";
import { sessionOf, tokenOf } from "#tests/credentials.ts";
import {
  addressOf,
  api,
  change,
  confirm,
  from,
  isAlive,
  mailbox,
  moved,
  openEmailDesk,
  read,
  secretIn,
  someone,
  undo,
  unused,
} from "#tests/email-desk.ts";
import { emailChange, linkOf } from "#tests/samples/operations.ts";
import { json } from "#tests/test-api.ts";

beforeAll(openEmailDesk);

describe("an address that somebody else has", () => {
  test("is answered for like any other, and its owner is told", async () => {
    const [who, owner] = [await someone(), await someone()];
    const session = await sessionOf(who);
    const free = await change(session, unused());
    const asked = await change(session, owner.email.toUpperCase());
    expect([asked.status, Object.keys(asked.body as object)]).toEqual([free.status, Object.keys(free.body as object)]);
    expect(await read(session)).toMatchObject({ pending: { newEmail: owner.email.toUpperCase() } });
    await mailbox.work();
    const [mail] = mailbox.mails.filter(({ recipients }) => recipients[0]?.toLowerCase() === owner.email);
    expect([mail?.subject, mail?.link]).toEqual(["This address is in use already", undefined]);
    expect(mail?.text).not.toContain(who.username);
  });

  test("by the time it is confirmed stays with them", async () => {
    const [who, quicker] = [await someone(), await someone()];
    const newEmail = unused();
    const session = await sessionOf(who);
    await change(session, newEmail);
    const link = await secretIn(newEmail);
    await sql("update users set email = upper($1) where id = $2", newEmail, quicker.id);
    const answer = await confirm(link, session);
    expect([answer.status, answer.field("code")]).toEqual([409, "conflict"]);
    expect(await addressOf(who)).toBe(who.email);
  });

  test("is given to one of two who confirm it at once", async () => {
    const newEmail = unused();
    const both = [await someone(), await someone()];
    const claims: [link: string, session: string][] = [];
    for (const who of both) {
      const session = await sessionOf(who);
      await change(session, newEmail);
      claims.push([await secretIn(newEmail), session]);
    }
    const statuses = (await Promise.all(claims.map((claim) => confirm(...claim)))).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, 410]);
  });
});

describe("an address that was never proven", () => {
  test("is proven with the same link, and nobody is told of a change", async () => {
    const who = await someone();
    await sql("update users set email_verified_at = null where id = $1", who.id);
    const session = await sessionOf(who);
    expect((await change(session, who.email.toUpperCase())).status).toBe(200);
    expect((await confirm(await secretIn(who.email), session)).status).toBe(201);
    expect(await read(session)).toMatchObject({ email: who.email, verifiedAt: expect.any(String), pending: null });
    expect((await mailbox.of(who.email)).map(({ subject }) => subject)).toEqual(["Confirm your e-mail address"]);
  });

  describe("keeps nobody from it whose it is", () => {
    /** Somebody with an address that is not theirs, and a session, a token, links and a pending change of their own. */
    async function pretenderOf(email: string) {
      const who = await someone();
      await sql("update users set email = $1, email_verified_at = null where id = $2", email, who.id);
      const [session, { secret }] = [await sessionOf(who), await tokenOf(who, ["profile:read"])];
      await change(session, unused());
      for (const purpose of ["reset", "invitation", "not-me"] as const) await linkOf(who, purpose, { email });
      return { who, session, token: secret };
    }

    const placeOf = ({ id }: Person) => `${id}@address.invalid`;

    test("the owner is mailed the link, and the pretender's address, session, links and changes are gone", async () => {
      const email = unused();
      const { who: pretender, session, token } = await pretenderOf(email);
      const owner = await someone();
      const spelt = email.replace("new", "New");
      const own = await sessionOf(owner);
      await change(own, spelt);
      expect((await confirm(await secretIn(spelt), own)).status).toBe(201);
      expect([await addressOf(owner), await addressOf(pretender)]).toEqual([spelt, placeOf(pretender)]);
      expect([await isAlive(session), await isAlive(token)]).toEqual([false, true]);
      for (const table of ["links", "email_changes", "devices", "challenges", "tickets"])
        expect(await sql(`select * from ${table} where user_id = $1`, pretender.id)).toEqual([]);
      await mailbox.work();
      const told = await sql("select subject from notifications where user_id = $1", pretender.id);
      expect(told).toContainEqual({ subject: "You have no e-mail address any more" });
      expect(mailbox.mails.filter(({ recipients }) => recipients.includes(placeOf(pretender)))).toEqual([]);
    });

    test("a pretender whose username it is goes on under another one, which they are told", async () => {
      const email = unused();
      const { who } = await pretenderOf(email);
      await sql("update users set username = $1 where id = $2", email.toUpperCase(), who.id);
      await moved(await someone(), email);
      expect(await sql("select username from users where id = $1", who.id)).toEqual([{ username: who.id }]);
      await mailbox.work();
      const [told] = await sql<{ text: string }>(
        "select string_agg(n::text, ' ') as text from notifications n where user_id = $1",
        who.id,
      );
      expect(told?.text).toContain(`the username ${who.id}`);
    });

    test("the pretender goes on under their username, and gives another address", async () => {
      const email = unused();
      const { who } = await pretenderOf(email);
      const owner = await someone();
      await moved(owner, email);
      const input = (login: string) => json({ login, password: who.password }, from());
      const signIn = (login: string) => api.request("/api/v1/sessions", { method: "POST", ...input(login) });
      expect((await signIn(email)).body).toMatchObject({ user: { id: owner.id } });
      expect((await signIn(who.username)).body).toMatchObject({ user: { id: who.id } });
      const session = await sessionOf(who);
      expect((await change(session, placeOf(who))).status).toBe(422);
      const newEmail = unused();
      await change(session, newEmail);
      await confirm(await secretIn(newEmail), session);
      expect(await read(session)).toMatchObject({ email: newEmail, verifiedAt: expect.any(String) });
    });

    test("nor does anybody who waits for it, or has it again when a change is taken back", async () => {
      const owner = await someone();
      const { undoing } = await moved(owner);
      const { who: pretender } = await pretenderOf(owner.email);
      const other = await someone();
      await change(await sessionOf(other), owner.email);
      expect((await undo(undoing)).status).toBe(201);
      expect([await addressOf(owner), await addressOf(pretender)]).toEqual([owner.email, placeOf(pretender)]);
      expect(await sql("select * from email_changes where user_id = $1", other.id)).toEqual([]);
    });

    test("of the owner and the pretender who confirm at once, one has it, proven", async () => {
      for (let round = 0; round < 20; round++) {
        const email = unused();
        const [owner, { who: pretender }] = [await someone(), await pretenderOf(email)];
        const claims: [link: string, session: string][] = [];
        for (const who of [owner, pretender]) {
          await sql("delete from email_changes where user_id = $1", who.id);
          const link = await linkOf(who, "email", await emailChange({ ...who, email }));
          claims.push([link, await sessionOf(who)]);
        }
        await sql("update email_changes set new_email = $1 where user_id in ($2, $3)", email, owner.id, pretender.id);
        const statuses = (await Promise.all(claims.map((claim) => confirm(...claim)))).map(({ status }) => status);
        expect(statuses.filter((status) => status === 201)).toHaveLength(1);
        const having = "select email_verified_at is not null as proven from users where email = $1";
        expect(await sql(having, email)).toEqual([{ proven: true }]);
      }
    });

    test("two who take each other's unproven address do not wait for one another", async () => {
      for (let round = 0; round < 10; round++) {
        const [one, two] = [await someone(), await someone()];
        const claims: [link: string, session: string][] = [];
        for (const [who, other] of [
          [one, two],
          [two, one],
        ] as const) {
          await sql("update users set email_verified_at = null where id = $1", who.id);
          const link = await linkOf(who, "email", await emailChange(who));
          await sql("update email_changes set new_email = $1 where user_id = $2", other.email, who.id);
          claims.push([link, await sessionOf(who)]);
        }
        const statuses = (await Promise.all(claims.map((claim) => confirm(...claim)))).map(({ status }) => status);
        expect(statuses.filter((status) => status === 201)).toHaveLength(1);
        for (const status of statuses) expect([201, 401, 410]).toContain(status);
      }
    });
  });

  test("is not told of its replacement, and cannot undo it", async () => {
    const who = await someone();
    await sql("update users set email_verified_at = null where id = $1", who.id);
    const newEmail = unused();
    const session = await sessionOf(who);
    await change(session, newEmail);
    await confirm(await secretIn(newEmail), session);
    expect(await mailbox.of(who.email)).toEqual([]);
    expect(await sql("select id from links where user_id = $1", who.id)).toEqual([]);
  });
});
