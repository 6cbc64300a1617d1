import type { Page } from "@playwright/test";
import { expect, field, fillSignIn, refusal, signIn, test } from "./fixtures.ts";
import { mailedPath } from "./mail.ts";

const next = "Quiet-Otters-Row-58";

async function choose(page: Page, password: string) {
  await field(page, "newPassword").fill(password);
  await field(page, "confirmPassword").fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(
    javaScriptEnabled ? "a forgotten password, with scripts" : "a forgotten password, without scripts",
    () => {
      test.use({ javaScriptEnabled });

      test("is replaced with a link from a mail, and every session ends", async ({ page, person, browser }) => {
        const elsewhere = await (await browser.newContext()).newPage();
        await signIn(elsewhere, person);

        await page.goto("/sign-in");
        await page.getByRole("link", { name: "Forgot your password?" }).click();
        await expect(page).toHaveURL("/forgot-password");
        await field(page, "login").fill(person.username);
        await page.getByRole("button", { name: "Send me a link" }).click();
        await expect(page.getByText("a mail with a link is on its way")).toBeVisible();

        const path = await mailedPath(person.email, "Choose a new password");
        await page.goto(path);
        await choose(page, "Short-1");
        await expect(refusal(page)).toContainText("at least 12 characters");
        await choose(page, next);
        await expect(page.getByText("Use your new password from now on")).toBeVisible();
        await mailedPath(person.email, "Your password was reset");

        await elsewhere.goto("/profile");
        await expect(elsewhere).toHaveURL(/\/sign-in/);
        await elsewhere.context().close();
        await page.getByRole("link", { name: "Sign in here" }).click();
        await fillSignIn(page, person.username, person.password);
        await expect(refusal(page)).toBeVisible();
        await signIn(page, { ...person, password: next });
        await page.goto(path);
        await expect(page.getByRole("heading", { name: "This link is used up or too old" })).toBeVisible();
        await page.getByRole("link", { name: "Send me a new link" }).click();
        await expect(page).toHaveURL("/forgot-password");
      });

      test("is answered alike for a name that nobody has", async ({ page }) => {
        await page.goto("/forgot-password");
        await field(page, "login").fill("nobody-at-all");
        await page.getByRole("button", { name: "Send me a link" }).click();
        await expect(page.getByText("a mail with a link is on its way")).toBeVisible();
      });
    },
  );
}
