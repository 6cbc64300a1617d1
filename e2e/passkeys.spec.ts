import type { Page } from "@playwright/test";
import { expect, field, refusal, signIn, test } from "./fixtures.ts";
import { type Person, query } from "./people.ts";
import { addAuthenticator } from "./virtual-authenticator.ts";

async function addPasskey(page: Page, name: string) {
  await page.goto("/passkeys");
  await field(page, "name").last().fill(name);
  await page.getByRole("button", { name: "Add a passkey" }).click();
}

async function keepCodes(page: Page) {
  await page.getByLabel("I keep these codes in a safe place").check();
  await page.getByRole("link", { name: "Done" }).click();
}

async function signOut(page: Page) {
  await page.context().clearCookies();
  await page.goto("/sign-in");
}

/** Keeps the browser from offering passkeys by itself, of which Chromium's authenticator would choose one at once. */
const offerNothing = (page: Page) =>
  page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });

/** Makes every session of somebody ask for step-up. */
const grownStale = ({ id }: Person) => query("update sessions set fresh_until = now() where user_id = $1", [id]);

const listed = (page: Page) => page.locator("#passkeys li");

test("a passkey is added, signs in without a name, confirms who is there, and is removed", async ({ page, person }) => {
  await offerNothing(page);
  const authenticator = await addAuthenticator(page);
  await signIn(page, person);
  await addPasskey(page, "Work laptop");
  await keepCodes(page);
  await expect(listed(page)).toHaveCount(1);
  await expect(listed(page)).toContainText("Work laptop");
  await expect(listed(page)).toContainText("never used");
  const [credential] = await authenticator.credentials();
  expect(Buffer.from(credential?.userHandle ?? "", "base64").toString()).toBe(person.id);

  await signOut(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
  await page.goto("/passkeys");
  await expect(listed(page)).toContainText("last used");

  await grownStale(person);
  await page.getByRole("button", { name: "Remove Work laptop" }).click();
  await page.getByRole("button", { name: "Remove passkey" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await expect(dialog).toContainText("your browser asks for your passkey");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText("No passkeys yet")).toBeVisible();
});

test("a browser that fills passkeys in signs in as soon as one is chosen", async ({ page, person }) => {
  await addAuthenticator(page);
  await signIn(page, person);
  await addPasskey(page, "Phone");
  await keepCodes(page);
  await signOut(page);
  // Chromium's authenticator chooses by itself whatever is offered.
  await expect(page).not.toHaveURL(/\/sign-in/);
  await expect(page.getByRole("navigation", { name: "Portal" })).toBeVisible();
});

test("a passkey is the second factor after a password", async ({ page, person }) => {
  await offerNothing(page);
  await addAuthenticator(page);
  await signIn(page, person);
  await addPasskey(page, "Key");
  await keepCodes(page);
  await signOut(page);
  await field(page, "login").fill(person.username);
  await field(page, "password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in\/mfa/);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
});

test("the same authenticator is not added twice, and says so", async ({ page, person }) => {
  await addAuthenticator(page);
  await signIn(page, person);
  await addPasskey(page, "First");
  await keepCodes(page);
  await addPasskey(page, "Second");
  await expect(refusal(page)).toContainText("has one of yours already");
  await expect(listed(page)).toHaveCount(1);
});

test("a passkey is renamed", async ({ page, person }) => {
  await addAuthenticator(page);
  await signIn(page, person);
  await addPasskey(page, "Old name");
  await keepCodes(page);
  await page.getByRole("button", { name: "Rename Old name" }).click();
  await page.getByRole("dialog").locator('[name="name"]').fill("New name");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(listed(page)).toContainText("New name");
});

test("one that counts backwards is refused, and marked in the list", async ({ page, person }) => {
  const authenticator = await addAuthenticator(page);
  await signIn(page, person);
  await addPasskey(page, "Copied");
  await keepCodes(page);
  await query("update passkeys set counter = 100 where user_id = $1", [person.id]);
  await authenticator.rewind(3);
  await page.context().clearCookies();
  await page.goto("/sign-in?signed-out");
  await expect(refusal(page)).toContainText("may have been copied");
});

test("where no passkey is chosen, the words say what to do", async ({ page }) => {
  const authenticator = await addAuthenticator(page);
  await authenticator.verify(false);
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(refusal(page)).toContainText("No passkey was used");
});
