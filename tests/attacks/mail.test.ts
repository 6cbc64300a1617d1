import { expect, test } from "vitest";
import { makePerson } from "../../e2e/people.ts";
import { refusalIn } from "./browser.ts";
import { freshName, sharedServer } from "./server.ts";

const server = sharedServer();

const stranger = () => `${freshName("victim")}@elsewhere.example`;
const lure = { fullName: "You won: evil.example/win" };
const mailsTo = (email: string) =>
  server.query("select data::text as text from jobs.job where name = 'mail' and data ->> 'to' = $1", [email]);

/** Makes and deletes again whom the mail goes to; what the portal says of making them. */
async function makeAndDelete(token: string, email: string) {
  const made = await server.call("POST", "/api/v1/users", { token, body: { ...lure, email } });
  if (made.status === 201) await server.call("DELETE", `/api/v1/users/${made.body.id}`, { token });
  return made;
}

test("making, inviting and deleting a stranger in a loop mails them five times, from whichever way in", async () => {
  const administrator = await makePerson({ role: "Administrator" });
  const token = await server.signIn(administrator);
  const email = stranger();
  for (let n = 0; n < 5; n++) expect((await makeAndDelete(token, email)).status).toBe(201);
  const refused = await makeAndDelete(token, email);
  expect([refused.status, refused.body.code]).toEqual([429, "too_many_requests"]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3000);
  const browser = server.browser();
  await browser.signIn(administrator.email, administrator.password);
  const page = await browser.submit("/users/new", { ...lure, email });
  expect(refusalIn(page)).toMatch(/nobody has confirmed\. Try again in \d+ minutes/);
  const mails = await mailsTo(email);
  expect(mails).toHaveLength(5);
  for (const { text } of mails) expect(text).not.toContain("evil.example");
});

test("five through the pages leave none for REST, and another company its own", async () => {
  const [one, other] = [await makePerson({ role: "Administrator" }), await makePerson({ role: "Administrator" })];
  const email = stranger();
  const browser = server.browser();
  await browser.signIn(one.email, one.password);
  const token = await server.signIn(one);
  for (let n = 0; n < 5; n++) {
    await browser.submit("/users/new", { ...lure, email });
    const [made] = await server.query("select id from users where email = $1", [email]);
    await server.call("DELETE", `/api/v1/users/${made?.id}`, { token });
  }
  expect((await makeAndDelete(token, email)).status).toBe(429);
  expect((await makeAndDelete(await server.signIn(other), email)).status).toBe(201);
});

test("a hundred changes of a webhook are one mail at once, and one to come that counts the others", async () => {
  const person = await makePerson();
  const token = await server.signIn(person);
  for (let n = 0; n < 100; n++) {
    const body = { url: `https://hooks.example.org/${n}` };
    expect((await server.call("PUT", "/api/v1/me/webhook", { token, body })).status).toBe(200);
  }
  const told = () => server.query("select count(*)::int as count from notifications where user_id = $1", [person.id]);
  await expect.poll(told, { timeout: 60_000, interval: 200 }).toEqual([{ count: 100 }]);
  expect(await mailsTo(person.email)).toHaveLength(1);
  const waiting = await server.query(
    `select count, (select count(*)::int from jobs.job where name = 'notice-fold' and data ->> 'userId' = $1) as jobs
     from notice_folds where user_id::text = $1 and kind = 'webhook_changed'`,
    [person.id],
  );
  expect(waiting).toEqual([{ count: 99, jobs: 1 }]);
});
