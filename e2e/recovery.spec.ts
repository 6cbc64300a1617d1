import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { strFromU8, unzipSync } from "fflate";
import { expect, field, fillSignIn, refusal, signIn, test } from "./fixtures.ts";
import { mailedPath } from "./mail.ts";
import { makePerson, query } from "./people.ts";

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

    test("is confirmed by its own user alone, who signs in first where they are not", async ({
      portal,
      person,
      browser,
    }) => {
      const newEmail = `alone.${person.email}`;
      await portal.goto("/profile");
      const card = portal.getByRole("region", { name: "E-mail address" });
      await card.getByText("Change address").click();
      await field(portal, "newEmail").fill(newEmail);
      await card.getByRole("button", { name: "Send the link" }).click();
      const path = await mailedPath(newEmail, "Confirm your e-mail address");

      const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
      await signIn(page, await makePerson());
      await page.goto(path);
      await expect(page.getByRole("heading", { name: "This link is for another user" })).toBeVisible();
      await page.getByRole("button", { name: "Sign out" }).click();
      await expect(page.getByText("You are signed out")).toBeVisible();
      await page.goto(path);
      await expect(page).toHaveURL(/\/sign-in\?return_to=/);
      await fillSignIn(page, person.username, person.password);
      await page.getByRole("button", { name: "Confirm this address" }).click();
      await expect(page.getByText("It is confirmed.")).toBeVisible();
      await page.context().close();
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

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "an account, with scripts" : "an account, without scripts", () => {
    test.use({ javaScriptEnabled });

    test("is asked to be deleted, and kept with the link in the mail", async ({ portal, person }) => {
      await portal.goto("/profile");
      await portal.getByRole("link", { name: "Delete my account" }).click();
      await expect(portal.getByText("What stays")).toBeVisible();
      await field(portal, "username").fill(person.username);
      await portal.getByRole("button", { name: "Delete me in 14 days" }).click();
      await expect(portal.getByRole("heading", { name: "You asked to be deleted" })).toBeVisible();
      await signIn(portal, person);
      await expect(portal.getByText("You will be deleted", { exact: true })).toBeVisible();
      await portal.goto(await mailedPath(person.email, /^You will be deleted on/));
      await portal.getByRole("button", { name: "Call it off and keep my account" }).click();
      await expect(portal.getByText("The deletion was called off.")).toBeVisible();
      await portal.getByRole("link", { name: "Go to your profile" }).click();
      await expect(portal.getByText("You will be deleted", { exact: true })).toHaveCount(0);
    });
  });
}

test("a deletion is called off with the note on every page", async ({ page, person }) => {
  await query("update users set deletion_due_at = now() + interval '3 days' where id = $1", [person.id]);
  await signIn(page, person);
  await page.getByRole("button", { name: "Call it off" }).click();
  await expect(page.getByText("You will be deleted", { exact: true })).toHaveCount(0);
  await expect(page.getByText("Your deletion was called off.")).toBeVisible();
});

test("the last administrator is refused, with the way out", async ({ page }) => {
  const person = await makePerson({ role: "Administrator" });
  await signIn(page, person);
  await page.goto("/delete-account");
  await field(page, "username").fill(person.username);
  await page.getByRole("button", { name: "Delete me in 14 days" }).click();
  await expect(refusal(page)).toContainText("Hand over first");
});

test("one's data comes as a zip", async ({ portal, person }) => {
  await portal.goto("/profile");
  const saved = portal.waitForEvent("download");
  await portal.getByRole("button", { name: "Download my data" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe("latchkey-my-data.zip");
  const files = unzipSync(new Uint8Array(await readFile(await download.path())));
  expect(strFromU8(files["data.json"] ?? new Uint8Array())).toContain(person.username);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("one's data is saved with a link", async ({ portal }) => {
    await portal.goto("/profile");
    await portal.getByRole("button", { name: "Download my data" }).click();
    const saved = portal.waitForEvent("download");
    await portal.getByRole("link", { name: "Save latchkey-my-data.zip" }).click();
    expect((await saved).suggestedFilename()).toBe("latchkey-my-data.zip");
  });
});

test("who ended a stranger's session is told that every session ended, and to choose a new password", async ({
  page,
}) => {
  await page.goto("/forgot-password?sessions-ended");
  await expect(page.getByText("Every session was ended", { exact: true })).toBeVisible();
  await expect(field(page, "login")).toBeVisible();
});
