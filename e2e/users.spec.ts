import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { check } from "./axe.ts";
import { expect, field, fillSignIn, signIn, test } from "./fixtures.ts";
import { mailedPath } from "./mail.ts";
import { makePerson, openSession, type Person, query } from "./people.ts";

const next = "Quiet-Otters-Row-58";

/** An administrator, signed in, on the list of the people of their account. */
async function asAdministrator(page: Page, baseURL: string | undefined): Promise<Person> {
  const ada = await makePerson({ role: "Administrator", fullName: "Ada Okafor" });
  await page.context().addCookies([{ ...(await openSession(ada)), url: baseURL ?? "" }]);
  await page.goto("/users");
  return ada;
}

const nameOf = () => `mira-${Math.random().toString(36).slice(2, 10)}`;

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("somebody is invited, chooses a password, and signs in", async ({ page, browser, baseURL }) => {
      await asAdministrator(page, baseURL);
      const email = `${nameOf()}@example.com`;
      await page.getByRole("link", { name: "Invite" }).click();
      await field(page, "fullName").fill("Mira Novák");
      await field(page, "email").fill(email);
      await page.getByRole("button", { name: "Make user" }).click();
      await expect(page.getByText(`An invitation is on its way to ${email}`)).toBeVisible();

      const path = await mailedPath(email, /^You are invited to/);
      const theirs = await (await browser.newContext({ javaScriptEnabled })).newPage();
      await theirs.goto(path);
      await field(theirs, "newPassword").fill(next);
      await field(theirs, "confirmPassword").fill(next);
      await theirs.getByRole("button", { name: "Set password" }).click();
      await expect(theirs.getByRole("heading", { name: "Your password is set" })).toBeVisible();
      await theirs.getByRole("link", { name: "Sign in" }).click();
      await fillSignIn(theirs, email, next);
      await expect(theirs).toHaveURL(/\/profile/);
      await theirs.goto(path);
      await expect(theirs.getByRole("heading", { name: "This link is used up or too old" })).toBeVisible();
      await theirs.context().close();

      await page.goto(`/users?search=${email}`);
      await expect(page.getByRole("row", { name: /Mira Novák/ })).toContainText("Active");
    });

    test("the list says how many people there are, and how many were found", async ({ page, baseURL }) => {
      const { accountId } = await asAdministrator(page, baseURL);
      const count = page.getByRole("status").filter({ hasText: /person|people/ });
      await expect(count).toHaveText("1 person");
      await query(
        `insert into users (account_id, username, full_name, email) select $1, n, 'Many', n || '@example.org'
         from (select 'many-' || $1 || '-' || i as n from generate_series(1, 1100) i) named`,
        [accountId],
      );
      await page.reload();
      // Without scripts nothing comes after: there, it is what was on the page when the list was.
      const told = (words: string) => new RegExp(`^(${javaScriptEnabled ? "" : "25 people on this page|"}${words})$`);
      await expect(count).toHaveText(told("1,000\\+ people"));
      await page.goto(`/users?search=${accountId}-1`);
      await expect(count).toHaveText(told("212 people found"));
      await page.getByRole("link", { name: "Next page" }).click();
      await expect(page).toHaveURL(/cursor=/);
      await expect(count).toHaveText(told("212 people found"));
      await page.goto(`/users?search=${accountId}-110`);
      await expect(count).toHaveText("2 people found");
    });

    test("people are searched for and found by what stands in the address", async ({ page, baseURL }) => {
      const { accountId } = await asAdministrator(page, baseURL);
      await makePerson({ accountId, fullName: "Zofia Zając" });
      await field(page, "search").fill("zofia");
      if (!javaScriptEnabled) await page.getByRole("button", { name: "Apply" }).click();
      await expect(page).toHaveURL(/search=zofia/);
      await expect(page.getByRole("row")).toHaveCount(2);
      await page.goto("/users?search=nobody+like+this");
      await expect(page.getByRole("heading", { name: "Nobody matches" })).toBeVisible();
      await page.getByRole("link", { name: "Clear search and filters" }).click();
      await expect(page.getByRole("row")).toHaveCount(3);
      const downloading = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download everybody as CSV" }).click();
      const lines = (await readFile(await (await downloading).path(), "utf8")).trimEnd().split("\r\n");
      expect(lines).toHaveLength(3);
      expect(lines.join()).toContain("Zofia Zając");
    });
  });
}

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a file is tried out and taken, and several people are put into a group", async ({ page, baseURL }) => {
    const { accountId } = await asAdministrator(page, baseURL);
    const [name, other] = [nameOf(), nameOf()];
    await query("insert into groups (account_id, name) values ($1, 'Crew')", [accountId]);
    await page.getByRole("link", { name: "Import" }).click();
    const lines = ["name,email,groups", `Ines Costa,${name}@example.com,crew`, `Omar Haddad,${other}@example.com,None`];
    const file = { name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) };
    await field(page, "file").setInputFiles(file);
    await page.getByRole("button", { name: "Try it out" }).click();
    // Playwright finds no words inside <noscript> by themselves.
    const form = page.locator("main form");
    await expect(form).toContainText("1 of 2 rows are right");
    await expect(page.getByRole("row", { name: /Omar Haddad/ })).toContainText("There is no group None here.");
    await page.getByRole("button", { name: "Invite 1 person" }).click();
    await expect(form).toContainText("1 person was made");

    await makePerson({ accountId, fullName: "Ben Berg" });
    await page.goto("/users");
    for (const who of ["Ada Okafor", "Ben Berg"]) await page.getByLabel(`Choose ${who}`).check();
    await field(page, "action").selectOption("Add to group");
    await page.getByRole("button", { name: "Go on…" }).click();
    await expect(page.getByRole("heading", { name: "Add 2 people to a group?" })).toBeVisible();
    await field(page, "groupId").selectOption("Crew");
    await page.getByRole("button", { name: "Add to group" }).click();
    await expect(page.getByText("1 done, 1 not")).toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: "Ada Okafor: " })).toBeVisible();
    const crew = await query(
      "select full_name from users u join group_members m on m.user_id = u.id where u.account_id = $1 order by 1",
      [accountId],
    );
    expect(crew.map((person) => person.full_name)).toEqual(["Ben Berg", "Ines Costa"]);
  });
});

test("a one-time password is shown once, and replaced at its first use", async ({ page, browser, baseURL }) => {
  await asAdministrator(page, baseURL);
  const username = nameOf();
  await page.goto("/users/new");
  await field(page, "fullName").fill("Theo Roux");
  await field(page, "email").fill(`${username}@example.com`);
  await field(page, "username").fill(username);
  await page.getByLabel("Give them a one-time password").check();
  await page.getByRole("button", { name: "Make user" }).click();
  const dialog = page.getByRole("dialog", { name: "Copy your new one-time password" });
  await dialog.getByRole("button", { name: /Reveal|Show/ }).click();
  const password = await dialog.getByRole("textbox").inputValue();
  await dialog.getByRole("button", { name: "I stored it" }).click();
  await expect(page.getByRole("heading", { name: "Theo Roux" })).toBeVisible();
  await expect(page.getByText(password)).toHaveCount(0);

  const theirs = await (await browser.newContext()).newPage();
  await theirs.goto("/sign-in");
  await fillSignIn(theirs, username, password);
  await expect(theirs).toHaveURL(/new-password/);
  await theirs.context().close();
});

test("a file is tried out first, and makes people of the rows that are right", async ({ page, baseURL }) => {
  const ada = await asAdministrator(page, baseURL);
  const names = [nameOf(), nameOf()];
  const lines = [
    "Full name;E-mail;Roles;Shoe size",
    `Ines Costa;${names[0]}@example.com;Member;38`,
    `Omar Haddad;${names[1]}@example.com;Nobody's role;42`,
    "No Address;not an address;Member;40",
    `Ada Again;${ada.email.toUpperCase()};Member;39`,
  ];
  await page.getByRole("link", { name: "Import" }).click();
  const file = { name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(`\uFEFF${lines.join("\r\n")}\r\n`) };
  await page.route("**/users/import", (route) => route.abort(), { times: 1 });
  await page.getByLabel("CSV file").setInputFiles(file);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("1 of 4 rows are right")).toBeVisible();
  await expect(page.getByText("Columns that mean nothing here: Shoe size.")).toBeVisible();
  await expect(page.getByRole("row", { name: /No Address/ })).toContainText("ada@example.org");
  await expect(page.getByRole("row", { name: /Ada Again/ })).toContainText("already");
  await check(page);
  await page.getByRole("button", { name: "Invite 1 person" }).click();
  await expect(page.getByText("1 person was made")).toBeVisible();
  await mailedPath(`${names[0]}@example.com`, /^You are invited to/);
});

test("several people are deactivated at once, and told apart from who cannot be", async ({ page, baseURL }) => {
  const { accountId } = await asAdministrator(page, baseURL);
  await makePerson({ accountId, fullName: "Ben Berg" });
  await makePerson({ accountId, fullName: "Cleo Conti" });
  await page.reload();
  await page.getByLabel("Choose everybody on this page").check();
  await expect(page.getByText("3 people chosen")).toBeVisible();
  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Deactivate" }).click();
  await expect(page.getByText("2 done, 1 not")).toBeVisible();
  await expect(page.getByRole("region", { name: "Progress" }).getByRole("listitem")).toContainText("Ada Okafor");
  await check(page);
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("row", { name: /Ben Berg/ })).toContainText("Inactive");
});

test("somebody is locked, loses a role, and is deleted once their name was typed", async ({ page, baseURL }) => {
  const { accountId } = await asAdministrator(page, baseURL);
  const ben = await makePerson({ accountId, fullName: "Ben Berg" });
  await page.goto(`/users/${ben.id}`);
  await check(page);
  await page.getByRole("button", { name: "Lock", exact: true }).click();
  await field(page, "reason").fill("Left their badge in the lobby");
  await page.getByRole("dialog").getByRole("button", { name: "Lock" }).click();
  await expect(page.getByText("Locked until somebody unlocks them: Left their badge in the lobby")).toBeVisible();

  await page.getByRole("button", { name: "Revoke Member" }).click();
  await page.getByRole("button", { name: "Revoke role" }).click();
  await expect(page.getByText("No role yet")).toBeVisible();

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("textbox").fill(ben.username);
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(page).toHaveURL(/\/users$/);
  await expect(page.getByRole("row")).toHaveCount(2);
});

test("an administrator looks after an account that theirs manages, and comes back", async ({ page, baseURL }) => {
  const ada = await asAdministrator(page, baseURL);
  const dan = await makePerson({ fullName: "Dan Danilov" });
  await query("update accounts set name = 'Zenith Rail' where id = $1", [dan.accountId]);
  await query("insert into account_relations (kind, managing_id, managed_id, rights) values ('managed', $1, $2, $3)", [
    ada.accountId,
    dan.accountId,
    ["*:managed:*:*"],
  ]);
  await page.reload();
  await page.getByRole("button", { name: /Account: / }).click();
  await page.getByRole("link", { name: /Zenith Rail/ }).click();
  await expect(page.getByRole("complementary", { name: "Acting account" })).toContainText("You act in Zenith Rail");
  await check(page);
  await page.getByRole("link", { name: "Dan Danilov" }).click();
  await expect(page).toHaveURL(new RegExp(`/users/${dan.id}\\?account=${dan.accountId}`));
  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Deactivate" }).click();
  await expect(page.getByText("Inactive: neither they")).toBeVisible();
  const [entry] = await query(
    "select account_id, actor_account_id from audit_entries where target = $1 order by id desc",
    [dan.id],
  );
  expect(entry).toEqual({ account_id: dan.accountId, actor_account_id: ada.accountId });
  await page.getByRole("link", { name: "Back to Harbour Logistics" }).click();
  await expect(page.getByRole("row", { name: /Ada Okafor/ })).toBeVisible();

  await query("delete from account_relations where managing_id = $1", [ada.accountId]);
  await page.goto(`/users?account=${dan.accountId}`);
  await expect(page.getByRole("heading", { name: "Users" })).toHaveCount(0);
});

test("without the permission there is no list", async ({ page }) => {
  const noor = await makePerson();
  await signIn(page, noor);
  await page.goto("/users");
  await expect(page.getByText("This page is not open to you")).toBeVisible();
});
