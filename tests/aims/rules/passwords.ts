import { beforeAll, describe, expect, test } from "vitest";
import { resetJob } from "#lib/sign-in/resets/mail.ts";
import { handedOut, type Person, person, sql } from "#tests/cast.ts";
import { sessionOf } from "#tests/credentials.ts";
import { authenticatorOf, linkOf } from "#tests/factors.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { as, ask, basic, sent, tokenOf } from "../client.ts";
import { type Stage, theStage } from "../stage.ts";

let stage: Stage;
let who: Person;

beforeAll(async () => {
  stage = await theStage();
  who = await person(stage.here, ["Member"]);
});

const post = (path: string, body: unknown) => ask(stage.api, "POST", path, sent(body));
const change = (current_password: string, new_password: string, email = who.email) => {
  handedOut.add(new_password);
  return post("/change_password", { email, current_password, new_password });
};
const signsIn = async (password: string, username = who.username) =>
  (await ask(stage.api, "POST", "/authenticate", { headers: basic(username, password) })).status;

test.each(["Short-1", "alllowercase", "ALLUPPERCASE", "123456789012", "lowerUPPERonly"])(
  "PW1 %s is weak_password",
  async (weak) => {
    const answer = await change(who.password, weak);
    expect([answer.status, answer.body]).toEqual([400, { error: "weak_password" }]);
  },
);

test("PW2 characters count, not bytes; letters without case are the case that is missing, alone one kind", async () => {
  const someone = await person(stage.here, []);
  const to = (password: string) => change(someone.password, password, someone.email);
  expect((await to("日本語日本語日本語日本語")).status).toBe(400);
  expect((await to("日本語日本語日本語日1")).status).toBe(400);
  expect((await to("日本語パスワード語日本1a")).status).toBe(204);
});

test("PW3 none of the last five; the sixth-latest is allowed again", async () => {
  const someone = await person(stage.here, []);
  const list = ["Amber-Falcon-11", "Birch-Falcon-12", "Cedar-Falcon-13", "Dandy-Falcon-14", "Ember-Falcon-15"];
  let current = someone.password;
  for (const next of list) {
    expect((await change(current, next, someone.email)).status).toBe(204);
    current = next;
  }
  for (const used of list) {
    const answer = await change(current, used, someone.email);
    expect([answer.status, answer.body]).toEqual([400, { error: "password_reuse_prevented" }]);
  }
  expect((await change(current, someone.password, someone.email)).status).toBe(204);
});

test("PW6 whoever has a second factor is told that none was asked for, and every session ends", async () => {
  const someone = await person(stage.here, []);
  await authenticatorOf(someone);
  await sessionOf(someone);
  await sessionOf(someone);
  expect((await change(someone.password, "Copper-Lantern-87", someone.email)).status).toBe(204);
  expect(await sql("select id from sessions where user_id = $1", someone.id)).toEqual([]);
  expect(
    await sql(
      `select data ->> 'event' as event, data ->> 'paragraphs' as words from jobs.job
         where name = 'notice' and data ->> 'userId' = $1`,
      someone.id,
    ),
  ).toEqual([{ event: "password_changed", words: expect.stringMatching(/no second factor/) }]);
});

test("PW4, PW5 a wrong password or an unknown user: 401, empty", async () => {
  for (const answer of [
    await change("Wrong-Password-1", "Copper-Lantern-83"),
    await change("Wrong-Password-1", "Copper-Lantern-83", "nobody@example.org"),
    await change("Wrong-Password-1", "Copper-Lantern-83", "x".repeat(300)),
    await change("x".repeat(300), "Copper-Lantern-83"),
  ])
    expect([answer.status, answer.text]).toEqual([401, ""]);
});

test("PW6 no token is needed, the username or the e-mail address will do, and every session ends", async () => {
  const someone = await person(stage.here, []);
  const token = await tokenOf(stage.api, someone);
  expect((await change(someone.password, "Copper-Lantern-83", someone.username)).status).toBe(204);
  expect((await as(stage.api, token)("GET", "/token_info")).status).toBe(401);
  expect(await signsIn("Copper-Lantern-83", someone.username)).toBe(200);
  expect(await signsIn(someone.password, someone.username)).toBe(401);
});

describe("PW7 asking for a reset", () => {
  test("answers 204 for everybody, known or not, and wherever it is to lead", async () => {
    for (const email of [who.email, "nobody@example.org"])
      for (const return_to of ["https://evil.example", "nonsense", ""])
        expect((await post("/reset_password", { email, return_to })).status).toBe(204);
  });
});

const reset = (token: string, password: string) =>
  ask(stage.api, "PUT", `/reset_password/${token}`, sent({ password }));

describe("PW7, PW8 somebody whom an administrator made with a password", () => {
  let mailbox: Mailbox;
  const email = "made@passwords.example";
  const mails = async () => {
    await mailbox.work(resetJob as never);
    return mailbox.of(email);
  };

  beforeAll(async () => {
    mailbox = await openMailbox();
  });

  test("gets the mail at the address that was given for them, and signs in with what they set", async () => {
    const admin = as(stage.api, await tokenOf(stage.api, stage.ada));
    const made = { name: "Made By Ada", email, password: "Violet-Kettle-31" };
    handedOut.add(made.password);
    expect((await admin("POST", `/${stage.here}/users`, made)).status).toBe(201);
    const before = (await mails()).length;
    expect((await post("/reset_password", { email, return_to: "" })).status).toBe(204);
    const [mail, ...more] = (await mails()).slice(before);
    expect(more).toEqual([]);
    const token = mail?.link?.split("/").at(-1) ?? "";
    expect((await reset(token, "Copper-Lantern-83")).status).toBe(204);
    expect(await signsIn("Copper-Lantern-83", email)).toBe(200);
    expect(await signsIn(made.password, email)).toBe(401);
  });
});

describe("PW8 resetting", () => {
  test("takes the token of the mail, once", async () => {
    const someone = await person(stage.here, []);
    const token = await linkOf(someone, "reset", { email: someone.email });
    const weak = await reset(token, "Short-1");
    expect([weak.status, weak.body]).toEqual([400, { error: "weak_password" }]);
    const same = await reset(token, someone.password);
    expect([same.status, same.body]).toEqual([400, { error: "password_reuse_prevented" }]);
    expect((await reset(token, "Copper-Lantern-83")).status).toBe(204);
    expect(await signsIn("Copper-Lantern-83", someone.username)).toBe(200);
    expect((await reset(token, "Silver-Lantern-84")).status).toBe(404);
  });

  test("an unknown token is 404", async () => {
    for (const token of ["x", "lk_lnk_x", "y".repeat(300)])
      expect((await reset(token, "Copper-Lantern-83")).status).toBe(404);
  });
});

test("who cannot sign in cannot change their password either", async () => {
  const someone = await person(stage.here, []);
  await sql("update users set active = false where id = $1", someone.id);
  expect((await change(someone.password, "Copper-Lantern-83", someone.email)).status).toBe(401);
});
