import { check } from "./axe.ts";
import { comeIn, expect, field, test } from "./fixtures.ts";
import { makePerson, query } from "./people.ts";

test("a program is given a login, signs in with it, changes over to a second secret, and is shut out", async ({
  page,
  request,
  baseURL,
}) => {
  const ada = await makePerson({ role: "Administrator" });
  await query("insert into groups (account_id, name) values ($1, 'Readers')", [ada.accountId]);
  await comeIn(page, ada, baseURL);

  await page.goto("/api-users");
  await page.getByRole("link", { name: "Make an API user" }).click();
  await field(page, "login").fill("warehouse-sync");
  await field(page, "name").fill("Warehouse");
  await field(page, "surname").fill("Sync");
  await field(page, "email").fill(`warehouse-${ada.username}@example.org`);
  await page.getByRole("button", { name: "Make API user" }).click();
  await expect(page.locator("[data-summary]")).toContainText("Choose at least one group");
  await page.getByRole("checkbox", { name: "Readers" }).check();
  await page.getByRole("button", { name: "Add it" }).click();
  await expect(field(page, "allowedAddresses")).toHaveValue(/\d/);
  await page.getByRole("button", { name: "Make API user" }).click();
  const secret = await shownSecret();
  await expect(page.getByRole("heading", { name: "warehouse-sync", level: 1 })).toBeVisible();
  const own = page.url();

  await page.goto("/api-users/settings");
  await page.getByRole("button", { name: "Show the customer key" }).click();
  const shownKey = async () => (await page.getByText(/^lk_cus_/).textContent()) ?? "";
  const former = await shownKey();
  await check(page);
  await page.reload();
  await page.getByRole("button", { name: "Replace the customer key…" }).click();
  const question = page.getByRole("alertdialog", { name: "Replace the customer key?" });
  await question.getByRole("combobox").selectOption({ label: "Not at all: it ends now" });
  await question.getByRole("button", { name: "Replace key" }).click();
  await expect(question).toHaveCount(0);
  const present = await shownKey();
  const signIn = async (password: string, key = present) => {
    const basic = Buffer.from(`warehouse-sync:${password}`).toString("base64");
    const answer = await request.get(`/api/2/auth/${key}`, { headers: { authorization: `Basic ${basic}` } });
    return (await answer.json()).code;
  };
  expect([await signIn(secret), await signIn(secret, former)]).toEqual([200, 401]);

  await page.goto(own);
  await page.getByRole("button", { name: "Add a second secret" }).click();
  await page.getByRole("button", { name: "Add secret" }).click();
  const second = await shownSecret();
  await page.getByRole("button", { name: "Drop the older secret" }).click();
  await page.getByRole("button", { name: "Drop secret" }).click();
  await expect(page.getByText("Its secret, made")).toBeVisible();
  expect([await signIn(secret), await signIn(second)]).toEqual([401, 200]);
  await check(page);

  await page.getByRole("button", { name: "Delete…" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Delete warehouse-sync?" });
  await expect(dialog).toContainText("stops at its next request");
  await dialog.getByRole("textbox").fill("warehouse-sync");
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await expect(page.getByText("The API user is deleted.")).toBeVisible();
  expect(await signIn(second)).toBe(401);

  async function shownSecret() {
    const shown = page.getByRole("dialog", { name: "Copy your new secret" });
    await shown.getByRole("button", { name: /^Reveal/ }).click();
    const secret = await shown.getByRole("textbox").inputValue();
    await shown.getByRole("button", { name: "I stored it" }).click();
    return secret;
  }
});
