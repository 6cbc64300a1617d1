import { checkLooks } from "./axe.ts";
import { expect, field, signIn, test } from "./fixtures.ts";
import { mailedPath } from "./mail.ts";

test("axe finds nothing on the page behind a link to a new password", async ({ page, person }) => {
  await page.goto("/forgot-password");
  await field(page, "login").fill(person.username);
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page.goto(await mailedPath(person.email, "Choose a new password"));
  await expect(page.getByRole("button", { name: "Set password" })).toBeVisible();
  await checkLooks(page);
});

test("axe finds nothing on the pages behind the links of a new address", async ({ portal, person }) => {
  await portal.goto("/profile");
  await portal.getByText("Change address").click();
  await field(portal, "newEmail").fill(`new.${person.email}`);
  await portal.getByRole("button", { name: "Send the link" }).click();
  await portal.goto(await mailedPath(`new.${person.email}`, "Confirm your e-mail address"));
  const confirm = portal.getByRole("button", { name: "Confirm this address" });
  await expect(confirm).toBeVisible();
  await checkLooks(portal);
  await confirm.click();
  await expect(portal.getByText("It is confirmed.")).toBeVisible();
  await portal.goto(await mailedPath(person.email, "Your e-mail address was changed"));
  await expect(portal.getByRole("button", { name: "Take it back" })).toBeVisible();
  await checkLooks(portal);
});

test("axe finds nothing on the page behind the link that keeps an account", async ({ page, person }) => {
  await signIn(page, person);
  await page.goto("/delete-account");
  await field(page, "username").fill(person.username);
  await page.getByRole("button", { name: "Delete me in 14 days" }).click();
  await page.goto(await mailedPath(person.email, /^You will be deleted on/));
  await expect(page.getByRole("button", { name: "Call it off and keep my account" })).toBeVisible();
  await checkLooks(page);
});
