import { check } from "./axe.ts";
import { expect, field, refusal, signIn, test } from "./fixtures.ts";
import { makePerson, type Person, query } from "./people.ts";

const reason = "Ticket 4711: the list of apps is empty";

/** An administrator of this person's account. */
async function administratorOf(person: Person) {
  const ada = await makePerson({ role: "Administrator", fullName: "Ada Birch" });
  await query("delete from user_roles where user_id = $1", [ada.id]);
  await query("update users set account_id = $2 where id = $1", [ada.id, person.accountId]);
  await query(
    "insert into user_roles (user_id, role_id) select $1, id from roles where account_id is null and name = 'Administrator'",
    [ada.id],
  );
  return { ...ada, accountId: person.accountId };
}

for (const javaScriptEnabled of [true, false])
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("an administrator acts as somebody in the open, and is back with one click", async ({ page, person }) => {
      const ada = await administratorOf(person);
      await signIn(page, ada);
      await page.goto(`/users/${person.id}/impersonate`);
      await field(page, "reason").fill(reason);
      await page.getByRole("button", { name: `Act as ${person.fullName}` }).click();
      const banner = page.getByRole("complementary", { name: "Acting as somebody else" });
      await expect(banner).toContainText(`You, ${ada.username}, act as ${person.fullName}`);
      await expect(banner).toContainText(reason);
      await page.goto("/password");
      await expect(banner).toBeVisible();
      await field(page, "currentPassword").fill(person.password);
      await field(page, "newPassword").fill("Amber-Trestle-41-Quay");
      await page.getByLabel("New password again").fill("Amber-Trestle-41-Quay");
      await page.getByRole("button", { name: "Change password" }).click();
      await expect(refusal(page)).toContainText("Not allowed while impersonating");
      await banner.getByRole("button", { name: "Stop" }).click();
      await expect(page).toHaveURL(new RegExp(`/users/${person.id}$`));
      await expect(banner).toHaveCount(0);
      await page.goto("/audit?action=impersonation");
      await expect(page.getByRole("row", { name: new RegExp(`${ada.username}.*as ${person.username}`) })).toBeVisible();
    });
  });

test("axe finds nothing where one begins, in the banner, and when the hour is over; on goes the own session", async ({
  page,
  person,
}) => {
  await signIn(page, await administratorOf(person));
  await page.goto(`/users/${person.id}/impersonate`);
  await check(page);
  await field(page, "reason").fill(reason);
  await page.getByRole("button", { name: `Act as ${person.fullName}` }).click();
  await expect(page.getByRole("complementary", { name: "Acting as somebody else" })).toBeVisible();
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 360, height: 800 });
  await check(page);
  await query("update sessions set expires_at = now() - interval '1 second' where user_id = $1", [person.id]);
  await page.getByRole("link", { name: "Latchkey, home" }).first().click();
  await expect(page.getByRole("heading", { name: "The hour is over" })).toBeVisible();
  await check(page);
  await page.getByRole("button", { name: "Go on as yourself" }).click();
  await expect(page).toHaveURL(new RegExp(`/users/${person.id}$`));
  await expect(page.getByRole("complementary", { name: "Acting as somebody else" })).toHaveCount(0);
});
