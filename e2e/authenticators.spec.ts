import type { Page } from "@playwright/test";
import { beginSetup, codeOf, keepCodes, setUp, shownCodes, typeCode } from "./enrolment.ts";
import { expect, field, test } from "./fixtures.ts";
import { query } from "./people.ts";

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

test("a second app stands beside the first", async ({ portal }) => {
  await setUp(portal);
  await addAnother(portal, "Tablet", "None: keep them all");
  await expect(apps(portal)).toHaveCount(2);
  await expect(apps(portal).filter({ hasText: "My phone" })).toBeVisible();
  await expect(apps(portal).filter({ hasText: "Tablet" })).toBeVisible();
});

test("an app takes the place of another", async ({ portal }) => {
  await setUp(portal);
  await addAnother(portal, "Tablet", "My phone");
  await expect(apps(portal)).toHaveCount(1);
  await expect(apps(portal)).toContainText("Tablet");
});

test("where the account demands a factor, everything is replaced in one go", async ({ portal, person }) => {
  const before = await setUp(portal);
  await query("update accounts set mfa_required = true, mfa_grace_days = 0 where id = $1", [person.accountId]);
  await portal.goto("/mfa");
  await expect(apps(portal)).toContainText("My phone");
  await typeCode(portal, codeOf(await beginSetup(portal, "Replace everything")));
  expect(await shownCodes(portal)).not.toContain(before.recoveryCodes[0]);
  await keepCodes(portal);
  await expect(apps(portal)).toHaveCount(1);
  await expect(apps(portal)).not.toContainText("My phone");
  await expect(portal.getByText("10 of 10 left")).toBeVisible();
});

test("done, the page puts the key and the recovery codes away", async ({ portal }) => {
  await setUp(portal);
  await keepCodes(portal);
  await expect(portal.getByRole("checkbox", { name: /I keep these codes/ })).toHaveCount(0);
  await expect(portal.getByRole("img", { name: /QR code/ })).toHaveCount(0);
});
