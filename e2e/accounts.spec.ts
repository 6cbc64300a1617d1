import { check } from "./axe.ts";
import { expect, field, signIn, test } from "./fixtures.ts";
import { makePerson, query } from "./people.ts";

const said = (name: string) => `${name} ${Date.now() % 100_000}`;

test("an account is made, managed, and its policies reviewed before they hold", async ({ page }) => {
  const ada = await makePerson({ role: "Administrator" });
  const [name, email] = [said("Annexe"), `first-${ada.id.slice(0, 8)}@example.com`];
  await signIn(page, ada);
  await page.goto("/accounts");
  await page.getByRole("link", { name: "New account" }).click();
  await field(page, "name").fill(name);
  await field(page, "administratorName").fill("Fay Osei");
  await field(page, "administratorEmail").fill(email);
  await page.getByRole("button", { name: "Make account" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "The account is made" })).toBeVisible();
  await query(
    "update users set password_hash = 'none', password_changed_at = now() - interval '60 days' where email = $1",
    [email],
  );
  await field(page, "mfaRequired").check();
  await field(page, "passwordMaxAgeDays").fill("30");
  await page.getByRole("button", { name: "Review changes…" }).click();
  const concerned = page.getByRole("region", { name: "Whom it concerns" });
  await expect(concerned).toContainText("1 person has no second factor");
  await expect(concerned).toContainText("1 password is too old");
  await check(page);
  await page.getByRole("button", { name: "Save policies" }).click();
  await expect(page.getByRole("status").filter({ hasText: "The policies are saved" })).toBeVisible();
  await expect(field(page, "mfaRequired")).toBeChecked();
  await check(page);
  await page.getByRole("button", { name: "Switch off…" }).click();
  const question = page.getByRole("alertdialog");
  await question.getByRole("textbox").fill(name);
  await question.getByRole("button", { name: "Switch off" }).click();
  await expect(page.getByRole("button", { name: "Switch on" })).toBeVisible();
  await page.goto("/accounts?active=false");
  await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("Inactive");
});

test("two accounts agree that one manages the other, and one ends it", async ({ browser, page, baseURL }) => {
  const [north, south] = [await makePerson({ role: "Administrator" }), await makePerson({ role: "Administrator" })];
  const [above, below] = [said("North"), said("South")];
  await query("update accounts set name = $2 where id = $1", [north.accountId, above]);
  await query("update accounts set name = $2 where id = $1", [south.accountId, below]);
  await signIn(page, north);
  await page.goto(`/accounts/${north.accountId}/relationships`);
  await field(page, "otherId").fill(south.accountId);
  await page.getByRole("checkbox", { name: "Read everything, change nothing" }).check();
  await page.getByRole("button", { name: "Propose", exact: true }).click();
  await expect(page.getByRole("button", { name: `Withdraw: account ${south.accountId}` })).toBeVisible();

  const other = await (await browser.newContext({ baseURL })).newPage();
  await signIn(other, south);
  await other.goto(`/accounts/${south.accountId}/relationships`);
  await check(other);
  await other.getByRole("button", { name: `Agree… to what ${above} proposes` }).click();
  await expect(other.getByRole("alertdialog")).toContainText("read everything; list everything");
  await other.getByRole("button", { name: "Agree", exact: true }).click();
  await expect(other.getByRole("region", { name: "Agreed" })).toContainText("manages this one");

  await page.reload();
  await expect(page.getByRole("region", { name: "Accounts below" })).toContainText(below);
  await check(page);
  await page.getByRole("region", { name: "Accounts below" }).getByRole("link", { name: below }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(below);
  await expect(page.getByRole("definition").filter({ hasText: "Read everything; List everything" })).toBeVisible();

  await page.goto(`/users?account=${south.accountId}`);
  await expect(page.getByRole("complementary", { name: "Acting account" })).toContainText(below);
  await page.setViewportSize({ width: 390, height: 800 });
  await expect(page.getByRole("banner")).toContainText(below);

  await other.getByRole("button", { name: `End… the relationship with ${above}` }).click();
  await other.getByRole("alertdialog").getByRole("textbox").fill(above);
  await other.getByRole("button", { name: "End it" }).click();
  await expect(other.getByText("Nothing is agreed with any other account.")).toBeVisible();
  await page.goto(`/accounts/${south.accountId}`);
  await expect(page.getByRole("heading", { level: 1 })).not.toContainText(below);
  await other.context().close();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("policies are reviewed and saved all the same", async ({ page }) => {
    const ada = await makePerson({ role: "Administrator" });
    await signIn(page, ada);
    await page.goto(`/accounts/${ada.accountId}`);
    await field(page, "sessionMaxHours").fill("12");
    await page.getByRole("button", { name: "Review changes…" }).click();
    await page.getByRole("button", { name: "Save policies" }).click();
    await expect(page.getByText("The policies are saved")).toBeVisible();
    await expect(field(page, "sessionMaxHours")).toHaveValue("12");
  });
});
