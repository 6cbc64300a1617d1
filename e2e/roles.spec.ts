import { randomUUID } from "node:crypto";
import { check } from "./axe.ts";
import { expect, field, test } from "./fixtures.ts";
import { leaveToken, makePerson, openSession, query } from "./people.ts";

/** An administrator who is signed in, and somebody else of the account. */
async function team() {
  const ada = await makePerson({ role: "Administrator", fullName: "Ada Okafor" });
  const ben = await makePerson({ fullName: "Ben Saito" });
  await query("delete from user_roles where user_id = $1", [ben.id]);
  await query("update users set account_id = $2 where id = $1", [ben.id, ada.accountId]);
  await query("insert into user_roles (user_id, role_id) select $1, id from roles where name = 'Member'", [ben.id]);
  return { ada, ben: { ...ben, accountId: ada.accountId } };
}

test("a role with a denial reaches somebody through a group, is explained, and is looked at before it changes", async ({
  page,
  baseURL,
}) => {
  const { ada, ben } = await team();
  await page.context().addCookies([{ ...(await openSession(ada)), url: baseURL ?? "" }]);

  await page.goto("/roles/new");
  await field(page, "name").fill("No new tokens");
  await page
    .locator("summary", { hasText: /^token/i })
    .first()
    .click();
  await field(page, "entry portal:own:create:token").selectOption("denied");
  await expect(page.locator("summary", { hasText: /^token/i }).first()).toContainText("1 denied");
  await page.getByRole("button", { name: "Make role" }).click();
  await expect(page.getByText("The role is made.")).toBeVisible();
  const role = page.url().split("?")[0] ?? "";
  await check(page);

  await page.goto("/groups/new");
  await field(page, "name").fill("Interns");
  await page.getByRole("button", { name: "Make group" }).click();
  await expect(page.getByText("The group is made.")).toBeVisible();
  await page.getByRole("checkbox", { name: "No new tokens" }).check();
  await page.getByRole("button", { name: "Save roles" }).click();
  await expect(page.getByText("The roles are saved.").first()).toBeVisible();
  await field(page, "add").fill("saito");
  await page.getByRole("button", { name: "Find people" }).click();
  await page.getByRole("checkbox", { name: "Ben Saito" }).check();
  await page.getByRole("button", { name: "Take in" }).click();
  await expect(page.getByRole("button", { name: "Take out: Ben Saito" })).toBeVisible();
  await check(page);

  await page.goto("/permissions");
  await field(page, "who").fill(ben.username);
  await field(page, "what").selectOption("create:token");
  await page.getByRole("button", { name: "Explain" }).click();
  const answer = page.getByRole("region", { name: "The answer" });
  await expect(answer).toContainText("No: the entry portal:own:create:token of the role No new tokens, held through");
  await expect(page.getByRole("table", { name: "What allows it" })).toContainText("Member");

  await page.goto(role);
  await field(page, "entry portal:own:create:token").selectOption("");
  await page.getByRole("button", { name: "Review changes" }).click();
  const outcome = page.getByRole("region", { name: "What saving would do" });
  await expect(outcome).toContainText("1 gain it");
  await expect(outcome).toContainText("Ben Saito");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved. It holds for everybody at once.").first()).toBeVisible();

  await page.getByRole("button", { name: "Delete role…" }).click();
  await page.getByRole("alertdialog").getByRole("textbox").fill("No new tokens");
  await page.getByRole("button", { name: "Delete role", exact: true }).click();
  await expect(page.getByText("The role is deleted.")).toBeVisible();
});

test("the explainer answers for an API user beyond the first hundred, and counts in what a token's scopes leave", async ({
  page,
  baseURL,
}) => {
  const { ada } = await team();
  await query(
    `insert into api_users (account_id, login, name, surname, email)
     select $1::text, 'sync-' || lpad(n::text, 3, '0'), 'Sync', n, 'sync-' || n || '@' || $1 || '.example'
     from generate_series(1, 120) n`,
    [ada.accountId],
  );
  await query(
    `with crew as (insert into groups (account_id, name) values ($1, 'Robots') returning id),
       roled as (insert into group_roles (group_id, account_id, role_id)
         select crew.id, $1, roles.id from crew, roles where roles.account_id is null and roles.name = 'Administrator')
     insert into api_user_groups (group_id, account_id, api_user_id)
       select crew.id, $1, api_users.id from crew, api_users where account_id = $1 and login = 'sync-117'`,
    [ada.accountId],
  );
  const token = await leaveToken(ada);
  await page.context().addCookies([{ ...(await openSession(ada)), url: baseURL ?? "" }]);
  await page.goto("/permissions");
  const programs = page.getByRole("combobox", { name: "Or an API user" });
  await expect(programs.getByRole("option", { name: "sync-117" })).toHaveCount(0);
  await page.getByRole("searchbox", { name: "Find API users" }).fill("sync-117");
  await programs.selectOption("sync-117");
  await field(page, "what").selectOption("update:user");
  await page.getByRole("button", { name: "Explain" }).click();
  const answer = page.getByRole("region", { name: "The answer" });
  await expect(answer).toContainText("held through the group Robots, allows it, but does not name it");
  await expect(answer).toContainText("Sync 117 (sync-117)");
  await expect(programs.locator("option:checked")).toHaveText("sync-117");
  await check(page);

  await page.goto("/permissions");
  await page.getByRole("combobox", { name: "With the token" }).fill(token);
  await field(page, "what").selectOption("create:user");
  await page.getByRole("button", { name: "Explain" }).click();
  await expect(answer).toContainText("but no scope of the token nightly export carries it");
});

test("nobody gives what they do not hold, and is told which it was", async ({ page, baseURL }) => {
  const { ada, ben } = await team();
  const name = `Steward ${randomUUID()}`;
  await query(
    `with made as (insert into roles (account_id, name, permissions) values ($1, $2, $3) returning id)
     insert into user_roles (user_id, role_id) select $4, id from made`,
    [ada.accountId, name, { "admin:own:*:role": "allowed" }, ben.id],
  );
  await page.context().addCookies([{ ...(await openSession(ben)), url: baseURL ?? "" }]);
  await page.goto("/roles/new");
  await field(page, "name").fill("Everything");
  await field(page, "others").fill("allowed *:*:*:*");
  await page.getByRole("button", { name: "Make role" }).click();
  await expect(page.locator("[data-summary]")).toContainText("You do not hold *:*:*:* yourself");
  await expect(field(page, "others")).toHaveValue("allowed *:*:*:*");
});

test.describe("roles without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a role is made, looked at and deleted, and a right explained", async ({ page, baseURL }) => {
    const { ada } = await team();
    await page.context().addCookies([{ ...(await openSession(ada)), url: baseURL ?? "" }]);
    await page.goto("/roles/new");
    await field(page, "name").fill("Readers");
    await page.locator("summary", { hasText: /^user/i }).first().click();
    await field(page, "entry admin:own:list:user").selectOption("allowed");
    await page.getByRole("button", { name: "Make role" }).click();
    await expect(page.getByRole("heading", { name: "Readers" })).toBeVisible();
    await field(page, "entry admin:own:list:user").selectOption("denied");
    await page.getByRole("button", { name: "Review changes" }).click();
    await expect(page.getByText("Nobody gains or loses anything.").first()).toBeVisible();
    await expect(field(page, "entry admin:own:list:user")).toHaveValue("denied");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByRole("button", { name: "Save", exact: true })).toHaveCount(0);
    await page.goto(page.url());
    await expect(field(page, "entry admin:own:list:user")).toHaveValue("denied");
    await page.goto("/permissions?what=create:user");
    await expect(page.getByText("Yes: the entry *:*:*:* of the role Administrator allows it.")).toBeVisible();
  });
});
