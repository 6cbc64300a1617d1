import type { Page } from "@playwright/test";
import { check } from "./axe.ts";
import { comeIn, expect, field, test } from "./fixtures.ts";
import { makePerson, query } from "./people.ts";

/** An administrator's browser, in an account with more roles and groups than a list offers. */
async function comeInAmongMany(page: Page, baseURL: string | undefined) {
  const admin = await makePerson({ role: "Administrator" });
  const crews = "select $1::text, 'crew ' || lpad(n::text, 3, '0')";
  const many = "from generate_series(1, 120) n";
  await query(`insert into groups (account_id, name) ${crews} ${many}`, [admin.accountId]);
  await query(`insert into roles (account_id, name, permissions) ${crews}, '{}' ${many}`, [admin.accountId]);
  await comeIn(page, admin, baseURL);
}

const tick = (page: Page, name: string) => page.getByRole("checkbox", { name, exact: true });

test("groups beyond the first hundred are found while one types, and what is ticked stays", async ({
  page,
  baseURL,
}) => {
  await comeInAmongMany(page, baseURL);
  await page.goto("/api-users/new");
  await expect(page.getByText("The first 100 by name")).toBeVisible();
  await expect(tick(page, "crew 117")).toHaveCount(0);
  const find = page.getByRole("searchbox", { name: "Find groups" });
  await find.fill("crew 117");
  await tick(page, "crew 117").check();
  await find.fill("crew 118");
  await tick(page, "crew 118").check();
  await expect(tick(page, "crew 117")).toBeChecked();
  await expect(tick(page, "crew 001")).toHaveCount(0);
  await check(page);
  await page.goto("/users?find-groups=nothing");
  await page
    .getByLabel(/^Choose (?!everybody)/)
    .first()
    .check();
  await page.getByRole("button", { name: "Add to group" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox", { name: "Find groups" }).fill("crew 117");
  await dialog.getByRole("combobox", { name: "Group" }).selectOption("crew 117");
  await dialog.getByRole("button", { name: "Add to group" }).click();
  await expect(page.getByText(/1 done|1 not/)).toBeVisible();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("they are found with a button, and filters narrow by them", async ({ page, baseURL }) => {
    await comeInAmongMany(page, baseURL);
    await page.goto("/users/new");
    await field(page, "find-roles").fill("crew 119");
    await page.getByRole("button", { name: "Find" }).first().click();
    await tick(page, "crew 119").check();
    await page.goto("/users");
    await field(page, "find-groups").fill("crew 119");
    await page.getByRole("button", { name: "Find" }).last().click();
    await field(page, "group").selectOption({ label: "crew 119" });
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page.getByRole("status").filter({ hasText: "Nobody" })).toBeVisible();
    await page.goto("/integrations/new?kind=git-https&adapter=hook");
    await field(page, "find-groups").fill("crew 118");
    await page.getByRole("button", { name: "Find" }).click();
    await field(page, "groupId").selectOption("Members of crew 118");
  });
});
