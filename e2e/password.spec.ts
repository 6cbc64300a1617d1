import type { Page } from "@playwright/test";
import { expect, field, refusal, signIn, test } from "./fixtures.ts";
import type { Person } from "./people.ts";

const next = "Quiet-Otters-Row-58";

async function change(page: Page, { password }: Person, wanted = next) {
  await field(page, "currentPassword").fill(password);
  await field(page, "newPassword").fill(wanted);
  await field(page, "confirmPassword").fill(wanted);
  await page.getByRole("button", { name: "Change password" }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("a change ends every other session at once, and the own goes on", async ({ portal, person, browser }) => {
      const elsewhere = await (await browser.newContext()).newPage();
      await signIn(elsewhere, person);
      await portal.goto("/password");
      await change(portal, person);
      await expect(portal.getByText("One other session was ended.")).toBeVisible();

      await elsewhere.goto("/profile");
      await expect(elsewhere).toHaveURL("/sign-in?return_to=%2Fprofile");
      await portal.goto("/profile");
      await expect(portal).toHaveURL("/profile");
      await signIn(elsewhere, { ...person, password: next });
      await elsewhere.context().close();
    });
  });
}

test("unticked, the other sessions go on", async ({ portal, person, browser }) => {
  const elsewhere = await (await browser.newContext()).newPage();
  await signIn(elsewhere, person);
  await portal.goto("/password");
  await field(portal, "endOtherSessions").uncheck();
  await change(portal, person);
  await expect(portal.getByText("No other session ended.")).toBeVisible();
  await elsewhere.goto("/password");
  await expect(elsewhere).toHaveURL("/password");
  await elsewhere.context().close();
});

test("a refusal keeps the tick taken away, and says what is wrong where it is", async ({ portal, person }) => {
  await portal.goto("/password");
  await field(portal, "endOtherSessions").uncheck();
  await change(portal, { ...person, password: "not mine" });
  await expect(refusal(portal)).toContainText("This is not your current password.");
  await expect(field(portal, "currentPassword")).toHaveAttribute("aria-invalid", "true");
  await expect(field(portal, "endOtherSessions")).not.toBeChecked();
});

test("rules are ticked while one types, in words too", async ({ portal }) => {
  await portal.goto("/password");
  const long = portal.getByRole("listitem").filter({ hasText: "At least 12 characters" });
  const kinds = portal.getByRole("listitem").filter({ hasText: "Three of:" });
  await expect(long).not.toContainText("met");
  await field(portal, "newPassword").pressSequentially("twelveletter");
  await expect(long).toContainText("met");
  await expect(kinds).not.toContainText("met");
  await field(portal, "newPassword").pressSequentially("S3");
  await expect(kinds).toContainText("met");
  const impersonal = portal.getByRole("listitem").filter({ hasText: "Without your name" });
  await expect(impersonal).toContainText("met");
  await field(portal, "newPassword").pressSequentially("haddad");
  await expect(impersonal).not.toContainText("met");
});

test("advice says how strong it is, and knows the person's name", async ({ portal }) => {
  await portal.goto("/password");
  const advice = portal.getByText(/^Strength: /);
  await field(portal, "newPassword").fill("Password2026");
  await expect(advice).toHaveText(/weak/);
  await field(portal, "newPassword").fill("plum-Orbit-7-lantern-quay");
  await expect(advice).toHaveText("Strength: strong");
  await field(portal, "newPassword").fill("Noor-Haddad-19-86");
  await expect(advice).toHaveText("Strength: weak");
});

test("the estimator is not loaded before it is needed", async ({ portal }) => {
  await portal.goto("/password");
  const before = await scriptBytes(portal);
  await field(portal, "newPassword").fill("a");
  await expect(portal.getByText(/^Strength: /)).toBeVisible();
  expect((await scriptBytes(portal)) - before).toBeGreaterThan(300_000);
});

test("the server holds the rules that only it can judge", async ({ portal, person }) => {
  await portal.goto("/password");
  await change(portal, person, person.password);
  await expect(refusal(portal)).toContainText("You used this password before");
  await change(portal, person, "Password2026!");
  await expect(refusal(portal)).toContainText("common");
  await field(portal, "newPassword").fill("Quiet-Otters-Row-59");
  await portal.getByRole("button", { name: "Change password" }).click();
  await expect(refusal(portal)).toContainText("not the same as the new password");
});

/** How much script the page has fetched so far, unpacked. */
const scriptBytes = (page: Page) =>
  page.evaluate(() => {
    const fetched = performance
      .getEntriesByType("resource")
      .filter((entry) => entry instanceof PerformanceResourceTiming);
    const scripts = fetched.filter(({ name }) => name.includes(".js"));
    return scripts.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
  });
