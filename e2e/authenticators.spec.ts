import type { Page } from "@playwright/test";
import { checkLooks } from "./axe.ts";
import { beginSetup, codeOf, keepCodes, setUp, shownCodes, typeCode } from "./enrolment.ts";
import { expect, field, test } from "./fixtures.ts";
import { type Person, query } from "./people.ts";

/** The apps that the page lists, without the steps of setting one up. */
const apps = (page: Page) => page.locator("#authenticators").getByRole("listitem").filter({ hasText: "Added" });

/** Adds a further app on top of "My phone", in the place of another where one is chosen. */
async function addAnother(page: Page, name: string, replaces: string) {
  await page.goto("/mfa");
  await page.getByRole("textbox", { name: /^Name/ }).fill(name);
  const secret = await beginSetup(page, "Add another app");
  await field(page, "replaces").selectOption(replaces);
  await typeCode(page, codeOf(secret));
  await expect(page.getByRole("link", { name: "Done" })).toBeVisible();
  await page.goto("/mfa");
}

test("a second app stands beside the first, or takes its place", async ({ portal }) => {
  await setUp(portal);
  await addAnother(portal, "Tablet", "None: keep them all");
  await expect(apps(portal)).toHaveCount(2);
  await expect(apps(portal).filter({ hasText: "My phone" })).toBeVisible();
  await addAnother(portal, "Watch", "My phone");
  await expect(apps(portal)).toHaveCount(2);
  await expect(apps(portal).filter({ hasText: "My phone" })).toHaveCount(0);
  await expect(apps(portal).filter({ hasText: "Watch" })).toBeVisible();
});

test("where the account requires a factor, everything is replaced in one go", async ({ portal, person }) => {
  const before = await setUp(portal);
  await query("update accounts set mfa_required = true, mfa_grace_days = 0 where id = $1", [person.accountId]);
  await portal.goto("/mfa");
  await expect(apps(portal)).toContainText("My phone");
  await portal.getByRole("link", { name: "Replace everything" }).click();
  await expect(portal.getByText("The app “My phone”: its codes are worth nothing from then on.")).toBeVisible();
  await expect(portal.getByText("10 recovery codes: you get ten new ones.")).toBeVisible();
  await checkLooks(portal);
  await portal.getByRole("checkbox", { name: "I understand that all of this goes" }).check();
  await typeCode(portal, codeOf(await beginSetup(portal, "Set up the new app")));
  expect(await shownCodes(portal)).not.toContain(before.recoveryCodes[0]);
  await keepCodes(portal);
  await expect(apps(portal)).toHaveCount(1);
  await expect(apps(portal)).not.toContainText("My phone");
  await expect(portal.getByText("10 of 10 left")).toBeVisible();
});

test("an app is put away when done, renamed, and removed after a warning", async ({ portal }) => {
  await setUp(portal);
  await keepCodes(portal);
  await expect(portal.getByRole("checkbox", { name: /I keep these codes/ })).toHaveCount(0);
  await expect(portal.getByRole("img", { name: /QR code/ })).toHaveCount(0);
  await test.step("nothing is replaced before it is said to be understood", async () => {
    await portal.goto("/mfa/reset");
    await portal.getByRole("button", { name: "Set up the new app" }).click();
    await expect(portal.getByRole("checkbox", { name: /I understand/ })).toBeFocused();
    await expect(portal.getByRole("img", { name: /QR code/ })).toHaveCount(0);
  });
  await portal.goto("/mfa");
  await portal.getByRole("button", { name: "Rename My phone" }).click();
  await portal.getByRole("dialog").locator('[name="name"]').fill("Old phone");
  await portal.getByRole("button", { name: "Save" }).click();
  await expect(portal.getByText("The authenticator was renamed")).toBeVisible();
  await expect(apps(portal)).toContainText("Old phone");
  await test.step("the last one is removed, and the second factor is off", () => removeLast(portal, "Old phone"));
});

async function removeLast(page: Page, name: string) {
  await page.getByRole("button", { name: `Remove ${name}` }).click();
  const question = page.getByRole("alertdialog", { name: `Remove ${name}?` });
  await expect(question).toContainText("your recovery codes go with it");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await question.getByRole("button", { name: "Remove authenticator" }).click();
  await expect(apps(page)).toHaveCount(0);
  await expect(page.getByText("Off", { exact: true })).toBeVisible();
}

/** The account of a person requires a second factor, which may be missing for a while yet. */
async function graceFor({ id, accountId }: Person, left: string) {
  await query("update accounts set mfa_required = true where id = $1", [accountId]);
  await query("update users set mfa_grace_until = now() + $2::interval where id = $1", [id, left]);
}

const banner = (page: Page) =>
  page.getByRole("main").locator(".border").filter({ hasText: "Your account demands a second factor" }).first();

test("every page says how many days are left to set up the factor that is required", async ({ portal, person }) => {
  await graceFor(person, "5 days");
  for (const path of ["/profile", "/tokens"]) {
    await portal.goto(path);
    await expect(banner(portal)).toContainText("5 days are left");
    await expect(banner(portal)).toHaveClass(/tone-warn/);
  }
  await checkLooks(portal);
  await banner(portal).getByRole("link", { name: "Set it up now" }).click();
  await expect(portal).toHaveURL("/mfa");
});

test("on the last day that is red", async ({ portal, person }) => {
  await graceFor(person, "20 hours");
  await portal.goto("/profile");
  await expect(banner(portal)).toContainText("This is the last day");
  await expect(banner(portal)).toHaveClass(/tone-danger/);
  await checkLooks(portal);
});

test("set up, it is spoken of no more", async ({ portal, person }) => {
  await graceFor(person, "5 days");
  await setUp(portal);
  await portal.goto("/profile");
  await expect(banner(portal)).toHaveCount(0);
});
