import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { check } from "./axe.ts";
import { expect, test } from "./fixtures.ts";
import { makePerson, openSession, query } from "./people.ts";

/** An administrator, and an API user in a group, whose secret was made by somebody of fewer rights. */
async function scene() {
  const ada = await makePerson({ role: "Administrator", fullName: "Ada Okafor" });
  const ben = await makePerson({ role: null, fullName: "Ben Saito", accountId: ada.accountId });
  const [group, user, role] = [randomUUID(), randomUUID(), randomUUID()];
  await query("insert into groups (id, account_id, name) values ($1, $2, 'Programs')", [group, ada.accountId]);
  await query(
    `insert into api_users (id, account_id, login, name, surname, email)
     values ($1, $2, 'warehouse-sync', 'Warehouse', 'Sync', $3)`,
    [user, ada.accountId, `${user}@example.com`],
  );
  await query("insert into api_user_groups (api_user_id, group_id, account_id) values ($1, $2, $3)", [
    ...[user, group, ada.accountId],
  ]);
  await query(
    "insert into api_user_secrets (account_id, api_user_id, hash, created_by, created_from) values ($1, $2, 'x', $3, $1)",
    [ada.accountId, user, ben.id],
  );
  await query("insert into roles (id, account_id, name, permissions) values ($1, $2, 'Remover', $3)", [
    ...[role, ada.accountId, JSON.stringify({ "admin:own:delete:user": "allowed" })],
  ]);
  return { ada, group, user };
}

/** Gives the group of the scene a role; the question that comes before it is saved. */
async function giveRole(page: Page, group: string) {
  await page.goto(`/groups/${group}`);
  await page.getByRole("checkbox", { name: "Remover" }).check();
  await page.getByRole("button", { name: "Save roles" }).click();
  return page.getByRole("group", { name: "Secrets made by somebody with fewer rights" });
}

for (const javaScriptEnabled of [true, false])
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("whoever gives a group a role sees which secrets it outgrows, and keeps them, marked", async ({
      page,
      baseURL,
    }) => {
      const { ada, group, user } = await scene();
      await page.context().addCookies([{ ...(await openSession(ada)), url: baseURL ?? "" }]);
      const question = await giveRole(page, group);
      await expect(question).toContainText("1 secret was made by somebody who could not give these rights.");
      await expect(question).toContainText("Secret of warehouse-sync, created by Ben Saito");
      if (javaScriptEnabled) {
        await expect(question).toBeFocused();
        await check(page);
      }
      expect(await query("select from group_roles where group_id = $1", [group])).toHaveLength(0);

      await question.getByRole("radio", { name: "Keep it" }).check();
      await page.getByRole("button", { name: "Save roles" }).click();
      await expect(question).toBeHidden();
      await page.goto("/api-users");
      const mark = page.getByText("Made by somebody with fewer rights: rotate");
      await expect(mark).toBeVisible();
      await page.goto(`/api-users/${user}`);
      await expect(mark).toBeVisible();
      if (javaScriptEnabled) await check(page);
    });

    test("or ends them", async ({ page, baseURL }) => {
      const { ada, group, user } = await scene();
      await page.context().addCookies([{ ...(await openSession(ada)), url: baseURL ?? "" }]);
      const question = await giveRole(page, group);
      await question.getByRole("radio", { name: "End it" }).check();
      await page.getByRole("button", { name: "Save roles" }).click();
      await expect(question).toBeHidden();
      expect(await query("select from api_user_secrets where api_user_id = $1", [user])).toHaveLength(0);
    });
  });
