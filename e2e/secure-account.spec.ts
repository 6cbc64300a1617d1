import type { Browser, Page } from "@playwright/test";
import { checkLooks } from "./axe.ts";
import { setUp, shownCodes } from "./enrolment.ts";
import { expect, field, refusal, signIn, test } from "./fixtures.ts";
import { mailedPath } from "./mail.ts";
import type { Person } from "./people.ts";

const next = "Quiet-Otters-Row-58";

async function elsewhere(browser: Browser, person: Person) {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, person);
  return page;
}

async function choosePassword(page: Page, { password }: Person) {
  await field(page, "currentPassword").fill(password);
  await field(page, "newPassword").fill(next);
  await field(page, "confirmPassword").fill(next);
}

const secure = (page: Page) => page.getByRole("button", { name: "Secure my account" }).click();

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "an account, with scripts" : "an account, without scripts", () => {
    test.use({ javaScriptEnabled });

    test("is secured in one go, password and all, and its owner stays signed in", async ({
      portal,
      person,
      browser,
    }) => {
      const other = await elsewhere(browser, person);
      await portal.goto("/secure-account");
      await expect(portal.getByRole("checkbox", { name: "End 1 other session" })).toBeChecked();
      await choosePassword(portal, person);
      await field(portal, "username").fill("somebody else");
      await secure(portal);
      await expect(refusal(portal)).toContainText(`Type ${person.username} to confirm.`);
      await choosePassword(portal, person);
      await field(portal, "username").fill(person.username);
      await secure(portal);
      const receipt = "Your account was secured: 1 session ended, 0 API tokens revoked, password changed.";
      await expect(portal.getByText(receipt)).toBeVisible();
      await expect(portal.getByRole("link", { name: "Look at your sessions" })).toBeVisible();
      await mailedPath(person.email, "Your account was secured");
      await other.goto("/profile");
      await expect(other).toHaveURL(/\/sign-in/);
      await other.context().close();
      await portal.goto("/profile");
      await expect(portal).toHaveURL("/profile");
      await portal.context().clearCookies();
      await signIn(portal, { ...person, password: next });
    });
  });
}

test("the password is left as it is where the tick is taken away", async ({ portal, person }) => {
  await portal.goto("/secure-account");
  await portal.getByRole("checkbox", { name: "Set a new password" }).uncheck();
  await expect(field(portal, "newPassword")).toHaveCount(0);
  await field(portal, "username").fill(person.username);
  await secure(portal);
  await expect(portal.getByText("Your account was secured: 0 sessions ended")).toBeVisible();
  await portal.getByRole("link", { name: "Choose a new password" }).click();
  await expect(portal).toHaveURL("/password");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("fields left empty keep the password", async ({ portal, person }) => {
    await portal.goto("/secure-account");
    await field(portal, "username").fill(person.username);
    await secure(portal);
    await expect(portal.getByText("Your account was secured: 0 sessions ended")).toBeVisible();
    await expect(portal.getByRole("link", { name: "Choose a new password" })).toBeVisible();
  });
});

test("new recovery codes are among what is done, and shown this once", async ({ portal, person }) => {
  const before = await setUp(portal);
  await portal.goto("/secure-account");
  const renew = portal.getByRole("checkbox", { name: "Make new recovery codes" });
  await expect(renew).toBeChecked();
  await checkLooks(portal);
  await choosePassword(portal, person);
  await field(portal, "username").fill(person.username);
  await secure(portal);
  await expect(portal.getByText("new recovery codes made. A receipt comes by mail.")).toBeVisible();
  expect(await shownCodes(portal)).not.toContain(before.recoveryCodes[0]);
  await checkLooks(portal);
  await portal.getByRole("checkbox", { name: /I keep these codes/ }).check();
  await portal.getByRole("link", { name: "Look at your sessions" }).click();
  await expect(portal).toHaveURL("/sessions");
});

test("who has no second factor is led to one", async ({ portal }) => {
  await portal.goto("/secure-account");
  await expect(portal.getByRole("checkbox", { name: "Make new recovery codes" })).toHaveCount(0);
  await expect(portal.getByRole("link", { name: "Set up two-factor authentication" })).toHaveAttribute("href", "/mfa");
});
