import { expect, test } from "vitest";
import { makePerson } from "../../e2e/people.ts";
import { refusalIn } from "./browser.ts";
import { sharedServer } from "./server.ts";

const server = sharedServer();

test("the first administrator signs in on both ways in", async () => {
  const token = await server.signIn(server.administrator);
  expect((await server.call("GET", "/api/v1/me", { token })).body.email).toBe(server.administrator.email);
  const browser = server.browser();
  expect((await browser.signIn(server.administrator.email, server.administrator.password)).status).toBe(303);
  expect((await browser.get("/profile")).html).toContain(server.administrator.email);
});

test("a form without scripts says why it was refused", async () => {
  const { username } = await makePerson();
  const page = await server.browser().signIn(username, "not the password");
  expect(refusalIn(page)).toMatch(/password/);
});
