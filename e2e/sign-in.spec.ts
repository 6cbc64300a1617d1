import { expect, field, fillSignIn, refusal, signIn, test } from "./fixtures.ts";
import { endSessions, makePerson, query } from "./people.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("a person signs in by username, sees their profile, and signs out", async ({ page, person }) => {
      await page.goto("/");
      await expect(page).toHaveURL("/sign-in");
      await fillSignIn(page, person.username, person.password);
      await expect(page).toHaveURL("/profile");
      await expect(field(page, "fullName")).toHaveValue(person.fullName);

      await page.getByRole("button", { name: /^Your menu/ }).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await expect(page).toHaveURL("/sign-in?signed-out");
      await expect(page.getByText("You are signed out")).toBeVisible();
      await page.goto("/profile");
      await expect(page).toHaveURL("/sign-in?return_to=%2Fprofile");
    });

    test("the e-mail address serves as well, in any case", async ({ page, person }) => {
      await page.goto("/sign-in");
      await fillSignIn(page, person.email.toUpperCase(), person.password);
      await expect(page).toHaveURL("/profile");
    });

    test("a wrong password and an unknown name get the same answer", async ({ page, person }) => {
      for (const login of [person.username, "nobody-at-all"]) {
        await page.goto("/sign-in");
        await fillSignIn(page, login, "not the password");
        await expect(refusal(page)).toContainText("Incorrect username or password");
        await expect(field(page, "login")).toHaveValue(login);
      }
      await expect(page).toHaveURL("/sign-in");
    });

    test("an ended session leads back to the same page", async ({ page, person }) => {
      await signIn(page, person);
      await endSessions(person);
      await page.goto("/password?from=mail");
      await expect(page).toHaveURL(`/sign-in?return_to=${encodeURIComponent("/password?from=mail")}`);
      await fillSignIn(page, person.username, person.password);
      await expect(page).toHaveURL("/password?from=mail");
    });

    test("nobody is led to another site", async ({ page, person }) => {
      const elsewhere = "//example.net/x";
      await page.goto(`/sign-in?return_to=${encodeURIComponent(elsewhere)}`);
      await fillSignIn(page, person.username, person.password);
      await expect(page).toHaveURL("/profile");
      for (const other of ["https://example.net/", "/\\example.net", "javascript:alert(1)"]) {
        await page.goto(`/sign-in?return_to=${encodeURIComponent(other)}`);
        await expect(page).toHaveURL("/profile");
      }
    });
  });
}

test("a form sent after the session ended keeps what was typed, and can be sent again", async ({ portal, person }) => {
  await portal.goto("/profile");
  await field(portal, "fullName").fill("Noor Haddad-Lund");
  await endSessions(person);
  await portal.getByRole("button", { name: "Save" }).click();
  await expect(refusal(portal)).toContainText("Session ended");

  const opened = portal.context().waitForEvent("page");
  await refusal(portal)
    .getByRole("link", { name: /Sign in again/ })
    .click();
  const tab = await opened;
  await signIn(tab, person);
  await tab.close();

  await expect(field(portal, "fullName")).toHaveValue("Noor Haddad-Lund");
  await portal.getByRole("button", { name: "Save" }).click();
  await expect(portal.getByText("Your profile was saved.")).toBeVisible();
});

test("a form sent by a browser that lost its session speaks to a person", async ({ portal }) => {
  await portal.goto("/profile");
  await field(portal, "fullName").fill("Noor Haddad-Lund");
  await portal.context().clearCookies();
  await portal.getByRole("button", { name: "Save" }).click();
  await expect(refusal(portal)).toContainText("Session ended");
  await expect(refusal(portal).getByRole("link", { name: /Sign in again/ })).toBeVisible();
  await expect(refusal(portal)).not.toContainText("Authorization");
  await expect(field(portal, "fullName")).toHaveValue("Noor Haddad-Lund");
});

test("a link followed after the session ended leads back to where it pointed", async ({ portal, person }) => {
  await portal.goto("/profile");
  await endSessions(person);
  await portal.getByRole("link", { name: "Password" }).click();
  await expect(portal).toHaveURL("/sign-in?return_to=%2Fpassword");
});

test("the whole way works from the keyboard", async ({ page, person }) => {
  await page.goto("/sign-in");
  await page.keyboard.type(person.username);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/profile");
});

test("who signs in with an address is not shown it as if it were a handle", async ({ portal, person }) => {
  await query("update users set username = email where id = $1", [person.id]);
  await portal.goto("/profile");
  await portal.getByRole("button", { name: /^Your menu/ }).click();
  await expect(portal.locator("#account-menu")).toContainText(person.email);
  await expect(portal.locator("#account-menu")).not.toContainText(`@${person.email}`);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  const trouble: [path: string, status: number, heading: string][] = [
    ["/users", 403, "This page is not open to you"],
    ["/tokens/0b8a3f6e-52a8-4c8e-9b6f-2f1f0f7d0a11", 404, "There is no such page"],
    ["/tokens/none", 404, "There is no such page"],
    ["/no-such-page", 404, "There is no such page"],
  ];
  for (const [path, status, heading] of trouble)
    test(`${path} says what is wrong, with the status ${status}`, async ({ portal }) => {
      expect((await portal.goto(path))?.status()).toBe(status);
      await expect(portal.getByRole("heading", { name: heading })).toBeVisible();
      if (path !== "/no-such-page") await expect(portal.getByRole("navigation", { name: "Portal" })).toBeVisible();
    });
});

/** What the navigation offers everybody. */
const ownPages = [
  ...["/profile", "/password", "/mfa", "/passkeys", "/sessions", "/notifications", "/security-log", "/secure-account"],
  ...["/tokens", "/tokens/new", "/access-keys", "/credentials"],
];

test("somebody without a role looks after themselves, and is told so where that is not enough", async ({ page }) => {
  await signIn(page, await makePerson({ role: null }));
  await expect(page).toHaveURL("/profile");
  for (const path of ownPages) expect([path, (await page.goto(path))?.status()]).toEqual([path, 200]);
  expect((await page.goto("/users"))?.status()).toBe(403);
  await expect(page.getByRole("heading", { name: "This page is not open to you" })).toBeVisible();
  await expect(page.getByText("You hold no role yet")).toBeVisible();
  await page.getByRole("button", { name: /^Your menu/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/sign-in?signed-out");
});
