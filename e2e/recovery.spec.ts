import type { Page } from "@playwright/test";
import { expect, field, fillSignIn, refusal, signIn, test } from "./fixtures.ts";
import { mailedPath } from "./mail.ts";
import { makePerson } from "./people.ts";

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

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "a new address, with scripts" : "a new address, without scripts", () => {
    test.use({ javaScriptEnabled });

    test("is confirmed from its mail, and taken back from the old one's", async ({ portal, person }) => {
      const newEmail = `new.${person.email}`;
      await portal.goto("/profile");
      const card = portal.getByRole("region", { name: "E-mail address" });
      await card.getByText("Change address").click();
      await field(portal, "newEmail").fill(newEmail);
      await card.getByRole("button", { name: "Send the link" }).click();
      await expect(card.getByText(`${newEmail} is waiting to be confirmed`)).toBeVisible();
      await expect(card).toContainText(person.email);

      await portal.goto(await mailedPath(newEmail, "Confirm your e-mail address"));
      await portal.getByRole("button", { name: "Confirm this address" }).click();
      await expect(portal.getByText("It is confirmed.")).toBeVisible();
      await portal.getByRole("link", { name: "Go to your profile" }).click();
      await expect(card).toContainText(newEmail);
      await expect(card).toContainText("Verified");

      const undoing = await mailedPath(person.email, "Your e-mail address was changed");
      await portal.goto(undoing);
      await portal.getByRole("button", { name: "Take it back" }).click();
      await expect(portal.getByText("Your old address is back")).toBeVisible();
      await portal.goto("/profile");
      await expect(portal).toHaveURL(/\/sign-in/);
      await portal.goto(undoing);
      await expect(portal.getByRole("heading", { name: "This link is used up or too old" })).toBeVisible();
    });

    test("can be corrected and given up", async ({ portal, person }) => {
      await portal.goto("/profile");
      const card = portal.getByRole("region", { name: "E-mail address" });
      await card.getByText("Change address").click();
      await field(portal, "newEmail").fill(`tpyo.${person.email}`);
      await card.getByRole("button", { name: "Send the link" }).click();
      await card.getByText("Correct the new address").click();
      await expect(field(portal, "newEmail")).toHaveValue(`tpyo.${person.email}`);
      await field(portal, "newEmail").fill(`typo.${person.email}`);
      await card.getByRole("button", { name: "Send the link" }).click();
      await expect(card.getByText(`typo.${person.email} is waiting to be confirmed`)).toBeVisible();
      await card.getByRole("button", { name: "Cancel the change" }).click();
      await expect(card.getByText("is waiting to be confirmed")).toHaveCount(0);
    });
  });
}

test("an address that was never proven is verified from the profile", async ({ page }) => {
  const person = await makePerson({ verified: false });
  await signIn(page, person);
  await page.getByRole("link", { name: "Verify it on your profile" }).click();
  await page.getByRole("button", { name: "Verify this address" }).click();
  await expect(page.getByText("Waiting for you to open the link")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Send again in \d+ s$/ })).toBeDisabled();
  await page.goto(await mailedPath(person.email, "Confirm your e-mail address"));
  await page.getByRole("button", { name: "Confirm this address" }).click();
  await page.getByRole("link", { name: "Go to your profile" }).click();
  await expect(page.getByRole("region", { name: "E-mail address" })).toContainText("Verified");
  await expect(page.getByText("Your e-mail address is not verified")).toHaveCount(0);
});
