import { readFile } from "node:fs/promises";
import { expect, field, signIn, test } from "./fixtures.ts";
import { makePerson, query } from "./people.ts";

test("the audit log is filtered, read to the last detail and taken along", async ({ page }) => {
  const ada = await makePerson({ role: "Administrator", fullName: "Ada Birch" });
  await query(
    `insert into audit_entries (account_id, actor_id, credential_kind, target, action, result, code, address, details)
     values ($1, $2::uuid, 'session', $2::text, 'groups.create', 'done', null, '198.51.100.4', '{"name": "Night shift"}'),
       ($1, $2::uuid, 'session', null, 'roles.delete', 'refused', 'forbidden', '198.51.100.4', null)`,
    [ada.accountId, ada.id],
  );
  await signIn(page, ada);
  await page.goto("/audit");
  const table = page.getByRole("table", { name: "What happened" });
  await expect(table.getByRole("row", { name: /Signed in/ }).first()).toBeVisible();
  await field(page, "action").selectOption("roles");
  await field(page, "result").selectOption("refused");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(table.getByRole("row")).toHaveCount(2);
  await expect(table).toContainText("Permission denied");
  await page.goto(`/audit?actor=${ada.username}&action=groups`);
  await table.getByRole("link").click();
  await expect(page.getByText("Night shift")).toBeVisible();
  await expect(page.getByText("198.51.100.4")).toBeVisible();
  await page.goBack();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "JSON lines" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("latchkey-audit.jsonl");
  const [line = ""] = (await readFile(await download.path(), "utf8")).trimEnd().split("\n");
  expect(JSON.parse(line)).toMatchObject({ action: "groups.create", actor: { username: ada.username } });
});
