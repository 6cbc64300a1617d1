import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { createUserWithPassword } from "#lib/compat/aims/create-user.ts";
import { execute } from "#lib/core/execute.ts";
import { resetJob } from "#lib/sign-in/resets/mail.ts";
import { requestReset } from "#lib/sign-in/resets/request.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { type Answer, json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { importUsers } from "../csv/import.ts";
import { changeEmail } from "../email/change.ts";
import { createUser } from "./create.ts";
import { deleteUser } from "./delete.ts";
import { forceReset } from "./force-reset.ts";
import { inviteAgain } from "./invite-again.ts";

let cast: Cast;
let api: TestApi;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage();
  mailbox = await openMailbox();
  api = await openTestApi();
});

const victim = () => `victim-${randomUUID()}@elsewhere.example`;
const as = async <R>(who: Person, ask: (caller: Awaited<ReturnType<typeof asPerson>>) => R) => ask(await asPerson(who));
const invite = async (email: string, by = cast.ada) =>
  (await as(by, (caller) => execute(createUser, caller, { fullName: "Fay Osei", email }))).output;
const remove = (userId: string) => as(cast.ada, (caller) => execute(deleteUser, caller, { userId }));
const again = (userId: string) => as(cast.ada, (caller) => execute(inviteAgain, caller, { userId }));
const countOf = async (email: string) => (await mailbox.of(email)).length;
const full = { code: "too_many_requests" };

/** Five mails that nobody asked for. */
async function flooded() {
  const email = victim();
  for (let n = 0; n < 5; n++) await remove((await invite(email)).id);
  return email;
}

const post = async (path: string, input: object): Promise<Answer> =>
  api.request(path, { method: "POST", ...json(input, bearer(await sessionOf(cast.ada))) });

describe("making, inviting and deleting somebody again and again", () => {
  test("ends with 429, the time, and nobody made", async () => {
    const email = await flooded();
    const answer = await post("/api/v1/users", { fullName: "Fay Osei", email });
    expect([answer.status, answer.field("code")]).toEqual([429, "too_many_requests"]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(3000);
    expect(answer.field("detail")).toMatch(/nobody has confirmed\. Try again in \d+ minutes\.$/);
    expect(await sql("select id from users where email = $1", email)).toEqual([]);
    expect(await sql("select id from jobs.job where name = 'mail' and data ->> 'to' = $1", email)).toHaveLength(5);
  });

  test("leaves another company its own", async () => {
    const email = await flooded();
    expect((await invite(email, cast.dan)).status).toBe("invited");
  });
});

test("invitations, again and with another address, resets and proofs count together", async () => {
  const email = victim();
  const { id } = await invite(email);
  await again(id);
  await again(id);
  await remove(id);
  await as(await person(cast.here, ["Member"]), (caller) => execute(changeEmail, caller, { newEmail: email }));
  const made = await as(cast.ada, (caller) =>
    execute(createUserWithPassword, caller, { fullName: "Fay", email, password: "Violet-Kettle-29" }),
  );
  const userId = made.output.id;
  await as(cast.ada, (caller) => execute(forceReset, caller, { userId }));
  const forced = as(cast.ada, (caller) => execute(forceReset, caller, { userId }));
  await expect(forced).rejects.toMatchObject(full);
  await execute(requestReset, callerWith({}), { email });
  await mailbox.work(resetJob as never);
  // The links of the first three were for somebody who is gone.
  expect(await countOf(email)).toBe(2);
});

test("whoever asks for a proof learns nothing of who has the address, and how often is counted alike", async () => {
  const taken = await person(cast.there, ["Member"]);
  for (const newEmail of [taken.email, victim()]) {
    const outcomes: string[] = [];
    for (let n = 0; n < 6; n++) {
      const who = await person(cast.here, ["Member"]);
      const asked = as(who, (caller) => execute(changeEmail, caller, { newEmail }));
      outcomes.push(
        await asked.then(
          () => "done",
          ({ code }) => code,
        ),
      );
    }
    expect(outcomes).toEqual([...Array(5).fill("done"), "too_many_requests"]);
  }
});

test("a stranger who asks for resets is answered as ever, and leaves some mails to the administrators", async () => {
  const email = victim();
  const made = await as(cast.ada, (caller) =>
    execute(createUserWithPassword, caller, { fullName: "Fay", email, password: "Violet-Kettle-29" }),
  );
  for (let n = 0; n < 6; n++) await execute(requestReset, callerWith({}), { email });
  await mailbox.work(resetJob as never);
  expect(await countOf(email)).toBe(3);
  const failed = await sql("select id from jobs.job where name = 'password-reset' and state <> 'completed'");
  expect(failed).toEqual([]);
  await as(cast.ada, (caller) => execute(forceReset, caller, { userId: made.output.id }));
  expect(await countOf(email)).toBe(4);
});

test("resets are forced three times in 15 minutes on one person, by whomever; then 429 says when, and nothing is done", async () => {
  const who = await person(cast.here, ["Member"]);
  const other = await person(cast.here, ["Administrator"]);
  const force = (by: Person, userId = who.id) => as(by, (caller) => execute(forceReset, caller, { userId }));
  for (const by of [cast.ada, other, cast.ada]) await force(by);
  await sql("update users set password_once = false where id = $1", who.id);
  const refused = await force(other).catch((refusal: unknown) => refusal);
  expect(refused).toMatchObject({ ...full, status: 429, details: { retryAfter: expect.any(Number) } });
  expect(await sql("select password_once from users where id = $1", who.id)).toEqual([{ password_once: false }]);
  expect(await countOf(who.email)).toBe(3);
  await force(other, (await person(cast.here, ["Member"])).id);
});

test("of a file, the row that is one too many is refused, and no other", async () => {
  const email = await flooded();
  const rows = [email, victim()].map((email) => ({ fullName: "Fay Osei", email }));
  const { output } = await as(cast.ada, (caller) => execute(importUsers, caller, { rows }));
  expect(output.results).toMatchObject([{ result: "refused", errors: [full] }, { result: "made" }]);
});

test("a dry run sends nothing, and counts nothing", async () => {
  const email = victim();
  const rows = [{ fullName: "Fay Osei", email }];
  for (let n = 0; n < 6; n++) await as(cast.ada, (caller) => execute(importUsers, caller, { rows, dryRun: true }));
  expect((await invite(email)).status).toBe("invited");
});

test("a name that looks like the address of a page stands in no mail to a stranger", async () => {
  const email = victim();
  await sql("update accounts set name = 'Win at evil.example/account' where id = $1", cast.here);
  const username = `evil.example/${randomUUID()}`;
  const fullName = "You won: evil.example/name";
  await as(cast.ada, (caller) => execute(createUser, caller, { fullName, email, username }));
  const mail = await mailbox.newest(email);
  await sql("update accounts set name = 'Quarry' where id = $1", cast.here);
  for (const said of [mail.subject, mail.text, mail.html]) expect(said).not.toContain("evil.example");
  expect(mail).toMatchObject({ subject: "You are invited to localhost:3000" });
  expect(mail.text).toContain(
    "Hello,\n\nyou were made a user of localhost:3000. You sign in with this e-mail address.",
  );
});
