import { check } from "./axe.ts";
import { comeIn, expect, field, test } from "./fixtures.ts";
import { makePerson } from "./people.ts";

test("an administrator adds a system, and keeps a secret and an SSH key for what they open", async ({
  page,
  baseURL,
}) => {
  await comeIn(page, await makePerson({ role: "Administrator" }), baseURL);

  await page.goto("/integrations/new");
  await field(page, "kind").selectOption("http-bearer");
  await page.getByRole("button", { name: "Continue" }).click();
  await field(page, "name").fill("Reports");
  await field(page, "baseUrl").fill("ftp://reports.example.com");
  await page.getByRole("button", { name: "Add integration" }).click();
  await expect(page.locator("[data-summary]")).toContainText("write an address like");
  await field(page, "baseUrl").fill("https://127.0.0.1/reports");
  await page.getByRole("button", { name: "Add integration" }).click();
  await expect(page.getByText("The system is added.")).toBeVisible();
  await check(page);

  await page.goto("/credentials/new");
  await page.getByRole("link", { name: "Reports" }).click();
  await field(page, "name").fill("nightly report");
  await field(page, "secret").fill("s3cret-of-reports");
  await page.getByRole("button", { name: "Keep it" }).click();
  await expect(page.getByText("It is kept.")).toBeVisible();
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("Not reachable").first()).toBeVisible();
  await page.getByRole("button", { name: "Show the secret" }).click();
  await expect(page.getByRole("textbox", { name: "Secret of nightly report" })).toHaveValue("s3cret-of-reports");
  await check(page);

  await page.reload();
  await expect(page.getByRole("textbox", { name: "Secret of nightly report" })).toHaveCount(0);
  await expect(page.getByRole("table", { name: "Who has read the secret" })).toContainText("You, in the portal");
  await page.getByRole("button", { name: "Delete credential…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete credential" }).click();
  await expect(page.getByText("The credential is deleted here.")).toBeVisible();
});

test("an SSH key is made without scripts, and its public half shown", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await comeIn(page, await makePerson({ role: "Administrator" }), baseURL);
  await page.goto("/integrations/new?kind=git-ssh");
  await field(page, "name").fill("Git server");
  await field(page, "baseUrl").fill("ssh://git@git.example.com/app.git");
  await page.getByRole("button", { name: "Add integration" }).click();
  await page.goto("/credentials/new");
  await page.getByRole("link", { name: "Git server" }).click();
  await field(page, "name").fill("laptop");
  await page.getByRole("button", { name: "Keep it" }).click();
  await expect(page.getByText(/^ssh-ed25519 AAAA/)).toBeVisible();
  await context.close();
});
