import { beforeAll, describe, expect, test } from "vitest";
import { ask, check, complete, mailed, openResetDesk, resetLink, someone } from "#tests/reset-desk.ts";

beforeAll(openResetDesk);

describe("where to go on to", () => {
  test.each(["https://app.example.com/welcome?x=1", "https://docs.example.com/start?from=reset"])(
    "%s is carried to the end",
    async (returnTo) => {
      const who = await someone();
      expect((await ask({ email: who.email, returnTo })).status).toBe(201);
      const link = await mailed(who);
      expect((await check(link)).body).toMatchObject({ returnTo });
      expect((await complete(link)).body).toMatchObject({ returnTo });
    },
  );

  test.each([
    "https://evil.example/",
    "https://app.example.com.evil.example/",
    "https://app.example.com@evil.example/",
    "https://user:word@app.example.com/",
    "http://app.example.com/",
    "https://docs.example.com/start",
    "https://docs.example.com/start?from=reset&x",
    "//app.example.com",
    "javascript:alert(1)",
    "/profile",
  ])("%s is refused", async (returnTo) => {
    const answer = await ask({ email: "ada@example.org", returnTo });
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ pointer: "/returnTo" }] }]);
  });

  test("that is no longer allowed when the link is used is left out", async () => {
    const who = await someone();
    const link = await resetLink(who, { returnTo: "https://former.example.com/" });
    expect((await check(link)).body).toMatchObject({ user: { id: who.id }, returnTo: null });
    expect((await complete(link)).body).toMatchObject({ returnTo: null });
  });
});
