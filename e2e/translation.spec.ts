import type { Page } from "@playwright/test";
import { codeOf } from "./enrolment.ts";
import { comeIn, expect, field, fillSignIn, refusal, test } from "./fixtures.ts";
import { leaveToken, makePerson } from "./people.ts";
import { translateAll } from "./translator.ts";

test.beforeEach(({ page }) => translateAll(page));

/** Goes to a page and waits until it is translated. */
async function look(page: Page, path: string) {
  await page.goto(path);
  await translated(page);
}

const translated = (page: Page) => expect(page.locator("html[data-translated]")).toBeAttached();
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const says = (page: Page, words: string | RegExp) => expect(page.getByText(words).first()).toBeVisible();

test("signing in works on a translated page, with the wrong password first", async ({ page, person }) => {
  await look(page, "/sign-in");
  for (const wrong of ["not it", "nor this"]) {
    await fillSignIn(page, person.username, wrong);
    await expect(refusal(page)).toContainText("Incorrect username or password");
  }
  await fillSignIn(page, person.username, person.password);
  await expect(page).toHaveURL("/profile");
});

test("one's own forms work on a translated page", async ({ page, person, baseURL }) => {
  await comeIn(page, person, baseURL);
  await look(page, "/profile");
  await field(page, "fullName").fill(" ");
  await press(page, "Save");
  await expect(refusal(page)).toBeVisible();
  await field(page, "fullName").fill("Noor Lund");
  await press(page, "Save");
  await says(page, "Your profile was saved.");

  await look(page, "/password");
  await field(page, "currentPassword").fill("not it");
  for (const name of ["newPassword", "confirmPassword"]) await field(page, name).fill("Seven-Lilac-Boats-41");
  await press(page, "Change password");
  await expect(refusal(page)).toBeVisible();
  await field(page, "currentPassword").fill(person.password);
  await press(page, "Change password");
  await says(page, /Your password was changed/);

  await look(page, "/notifications");
  await page.locator("input[name=wanted][type=checkbox]:not(:disabled)").first().click();
  await press(page, "Save");
  await says(page, "Your choice was saved.");

  await look(page, "/mfa");
  await press(page, "Set up an app");
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  const key = ((await page.locator("p.font-mono").textContent()) ?? "").replaceAll(" ", "");
  await field(page, "code").fill("000000");
  await expect(refusal(page)).toBeVisible();
  await field(page, "code").fill(codeOf(key));
  await says(page, /Keep your recovery codes/);
});

test("tokens are made, edited, rotated and revoked on translated pages", async ({ page, person, baseURL }) => {
  const id = await leaveToken(person);
  await comeIn(page, person, baseURL);
  await look(page, "/tokens/new");
  await press(page, "Create token");
  await field(page, "name").fill("weekly import");
  await page.getByRole("checkbox", { name: "profile:read", exact: true }).check();
  await press(page, "Create token");
  const shown = page.getByRole("dialog", { name: "Copy your new token" });
  await shown.getByRole("button", { name: /^Reveal/ }).click();
  await shown.getByRole("button", { name: "I stored it" }).click();
  await says(page, "weekly import");

  await look(page, `/tokens/${id}`);
  await page.getByRole("textbox", { name: "Description" }).fill("Every night");
  await press(page, "Save");
  await says(page, "Saved");
  await press(page, "Revoke nightly export");
  const question = page.getByRole("alertdialog", { name: "Revoke nightly export?" });
  await question.getByRole("textbox").fill("nightly export");
  await question.getByRole("button", { name: "Revoke token" }).click();
  await says(page, "This token was revoked");
});

test("an administrator's forms work on translated pages", async ({ page, baseURL }) => {
  const ada = await makePerson({ role: "Administrator" });
  const ben = await makePerson({ accountId: ada.accountId, fullName: "Ben Saito" });
  await comeIn(page, ada, baseURL);
  await look(page, "/roles/new");
  await field(page, "name").fill("Interns");
  await field(page, "others").fill("allowed admin:own:get:user");
  await press(page, "Make role");
  await says(page, /The role is made/);
  await press(page, "Review changes");
  await press(page, "Save");
  await says(page, /^Saved\./);

  await look(page, "/groups/new");
  await field(page, "name").fill("Interns");
  await press(page, "Make group");
  await says(page, /The group is made/);
  await page.getByRole("checkbox", { name: "Interns" }).check();
  await press(page, "Save roles");
  await says(page, /saved|hold/i);

  await look(page, `/users/${ben.id}`);
  await press(page, "Lock");
  const question = page.getByRole("dialog", { name: "Lock Ben Saito?" });
  await question.getByRole("textbox").fill("Lost phone");
  await question.getByRole("button", { name: "Lock" }).click();
  await says(page, "Ben Saito is locked.");

  await look(page, "/users/new");
  await field(page, "fullName").fill("Mira Novák");
  await field(page, "email").fill(ada.email);
  await press(page, "Make user");
  await expect(refusal(page)).toBeVisible();
  await field(page, "email").fill(`mira-${ada.email}`);
  await press(page, "Make user");
  await expect(page.getByRole("heading", { name: "Mira Novák" })).toBeVisible();

  await look(page, "/gateways");
  await field(page, "name").last().fill("front door");
  await press(page, "Make gateway");
  await expect(page.getByRole("dialog")).toBeVisible();
});
