import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#lib/db/index.ts";
import { forgetChanges } from "#lib/email.ts";
import { type Cast, openStage, type Person, person, sql } from "#lib/testing/cast.ts";
import { bearer, sessionOf, tokenOf } from "#lib/testing/credentials.ts";
import { type Answer, type Door, json, openDoor } from "#lib/testing/door.ts";
import { type Mailbox, openMailbox } from "#lib/testing/mailbox.ts";
import { emailChange, linkOf } from "#lib/testing/samples.ts";

let cast: Cast;
let door: Door;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  mailbox = await openMailbox();
  door = await openDoor();
});

const someone = () => person(cast.here, ["Member"]);

let places = 0;
const from = () => ({ "x-forwarded-for": `203.0.113.${++places % 250}` });

const ask = (method: string, path: string, session: string, input?: object): Promise<Answer> =>
  door.request(`/api/v1/me/email${path}`, {
    method,
    ...(input ? json(input, { ...bearer(session), ...from() }) : { headers: bearer(session) }),
  });

const change = (session: string, newEmail: unknown) => ask("PUT", "", session, { newEmail });
const read = async (session: string) => (await ask("GET", "", session)).body;
const post = (path: string, link: string, session?: string) =>
  door.request(`/api/v1/me/email${path}`, {
    method: "POST",
    ...json({ link }, { ...from(), ...(session && bearer(session)) }),
  });
const confirm = (link: string, session: string) => post("/confirm", link, session);
const undo = (link: string) => post("/undo", link);

const secretIn = async (address: string) => (await mailbox.newest(address)).link?.split("/").at(-1) ?? "";

const addressOf = async ({ id }: Person) =>
  (await sql<{ email: string }>("select email from users where id = $1", id))[0]?.email;

const isAlive = async (secret: string) =>
  (await door.request("/api/v1/tokens/verify", { headers: bearer(secret) })).status === 200;

let addresses = 0;
const unused = () => `new${++addresses}@elsewhere.example`;

/** Changes somebody's address to the end; the secret with which it can be undone. */
async function moved(who: Person, newEmail = unused()) {
  const session = await sessionOf(who);
  await change(session, newEmail);
  await confirm(await secretIn(newEmail), session);
  return { newEmail, undoing: await secretIn(who.email) };
}

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
    expect((await door.request("/api/v1/sessions", { method: "POST", ...input })).status).toBe(201);
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
    expect((await confirm(link, session)).field("code")).toBe("link_over");
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
    expect((await door.request("/api/v1/password-resets/complete", { method: "POST", ...input })).status).toBe(410);
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

    test("the pretender goes on under their username, and gives another address", async () => {
      const email = unused();
      const { who } = await pretenderOf(email);
      const owner = await someone();
      await moved(owner, email);
      const input = (login: string) => json({ login, password: who.password }, from());
      const signIn = (login: string) => door.request("/api/v1/sessions", { method: "POST", ...input(login) });
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
    expect((await door.request("/api/v1/password-resets/complete", { method: "POST", ...input })).status).toBe(410);
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

test("changes under way, and those that can be undone, are kept", async () => {
  const who = await someone();
  await emailChange(who);
  await emailChange(who, true);
  await transaction(forgetChanges);
  expect(await sql("select id from email_changes where user_id = $1", who.id)).toHaveLength(2);
});
