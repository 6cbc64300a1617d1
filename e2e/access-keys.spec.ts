import { check } from "./axe.ts";
import { expect, field, test } from "./fixtures.ts";
import { makePerson, openSession, query } from "./people.ts";

test("an administrator makes an access key; its person renames it; the administrator deletes it", async ({
  page,
  browser,
  baseURL,
}) => {
  const ada = await makePerson({ role: "Administrator", fullName: "Ada Okafor" });
  const mira = await makePerson({ accountId: ada.accountId, fullName: "Mira Novák" });
  await page.context().addCookies([{ ...(await openSession(ada)), url: baseURL ?? "" }]);
  await page.goto(`/users/${mira.id}`);
  await page.getByRole("button", { name: "Make access key" }).click();
  await field(page, "label").last().fill("nightly export");
  await page.getByRole("button", { name: "Make key" }).click();
  const secret = page.getByRole("dialog", { name: "Copy your new secret key" });
  await secret.getByRole("button", { name: "I stored it" }).click();
  await expect(page.getByRole("button", { name: "Delete nightly export" })).toBeVisible();
  await check(page);

  const theirs = await (await browser.newContext()).newPage();
  await theirs.context().addCookies([{ ...(await openSession(mira)), url: baseURL ?? "" }]);
  await theirs.goto("/access-keys");
  await theirs.getByRole("button", { name: "Rename nightly export" }).click();
  await field(theirs, "label").fill("weekly export");
  await theirs.getByRole("button", { name: "Save" }).click();
  await expect(theirs.getByRole("button", { name: "Rename weekly export" })).toBeVisible();
  await query("update accounts set access_keys_allowed = false where id = $1", [ada.accountId]);
  await theirs.reload();
  await expect(theirs.getByText("Access keys are switched off")).toBeVisible();
  await theirs.context().close();

  await page.reload();
  await expect(page.getByRole("button", { name: "Make access key" })).toBeHidden();
  await page.getByRole("button", { name: "Delete weekly export" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete key" }).click();
  await expect(page.getByText("No access key.")).toBeVisible();
});
