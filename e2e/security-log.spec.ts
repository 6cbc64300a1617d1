import { readFile } from "node:fs/promises";
import { expect, field, signIn, test } from "./fixtures.ts";
import { type Person, query } from "./people.ts";

/** Puts something on record. */
const entry = ({ id, accountId }: Person, action: string, details: object = {}) =>
  query(
    `insert into audit_entries (account_id, actor_id, credential_kind, target, action, result, address, agent, details)
     values ($1, $2::uuid, 'session', $2::text, $3, 'done', '198.51.100.4', 'curl/8.5.0', $4)`,
    [accountId, id, action, JSON.stringify(details)],
  );

test("the security log tells what happened, from where, and is narrowed", async ({ page, person }) => {
  await signIn(page, person);
  await entry(person, "tokens.create", { name: "=nightly" });
  await page.goto("/security-log");
  const table = page.getByRole("table", { name: "What happened to your account" });
  await expect(table.getByRole("row", { name: /Signed in/ }).first()).toBeVisible();
  const token = table.getByRole("row", { name: /API token created/ });
  await expect(token).toContainText("198.51.100.4");
  await expect(token).toContainText("curl");
  await field(page, "kind").selectOption("tokens");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(table.getByRole("row")).toHaveCount(2);
  await field(page, "search").fill("nothing like it");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.getByRole("link", { name: "Show everything" }).click();
  await expect(table.getByRole("row", { name: /Signed in/ }).first()).toBeVisible();
});

test("the security log is read page by page", async ({ portal, person }) => {
  for (let n = 0; n < 30; n++) await entry(person, "picture.put", { n });
  await portal.goto("/security-log?kind=profile");
  const rows = portal.getByRole("table", { name: "What happened to your account" }).getByRole("row");
  await expect(rows).toHaveCount(26);
  await portal.getByRole("link", { name: "Next page" }).click();
  await expect(rows).toHaveCount(6);
  await portal.getByRole("link", { name: "First page" }).click();
  await expect(rows).toHaveCount(26);
});

test("the security log is taken along as a file, in which no cell is a formula", async ({ portal, person }) => {
  await entry(person, "tokens.create", { name: "nightly" });
  await portal.goto("/security-log?kind=tokens");
  const downloading = portal.waitForEvent("download");
  await portal.getByRole("link", { name: "CSV" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("latchkey-security-log.csv");
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("API token created");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the log is saved with a plain link, after step-up on its own page", async ({ portal, person }) => {
    await entry(person, "tokens.create", { name: "nightly" });
    await query("update sessions set fresh_until = now() where user_id = $1", [person.id]);
    await portal.goto("/security-log?kind=tokens");
    const link = portal.getByRole("link", { name: "CSV" });
    await link.click();
    await expect(portal).toHaveURL(/^[^?]*\/confirm\?return_to=/);
    await field(portal, "password").fill(person.password);
    await portal.getByRole("button", { name: "Confirm", exact: true }).click();
    await expect(portal).toHaveURL("/security-log?kind=tokens");
    const downloading = portal.waitForEvent("download");
    await link.click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe("latchkey-security-log.csv");
    expect((await readFile(await download.path(), "utf8")).trimEnd().split("\r\n")).toHaveLength(2);
  });
});

test("who is not signed in is sent to sign in from a link to the file", async ({ page }) => {
  await page.goto("/security-log/export");
  await expect(page).toHaveURL(/\/sign-in\?return_to=%2Fsecurity-log$/);
});
