import type { Browser } from "@playwright/test";
import { checkLooks } from "./axe.ts";
import { expect, field, fillSignIn, test } from "./fixtures.ts";
import { mailedPath } from "./mail.ts";
import type { Person } from "./people.ts";

/** The person in another browser, signed in through the page. */
async function signInElsewhere(browser: Browser, { username, password }: Person) {
  const elsewhere = await (await browser.newContext()).newPage();
  await elsewhere.goto("/sign-in");
  await fillSignIn(elsewhere, username, password);
  await expect(elsewhere).toHaveURL(/\/profile/);
  return elsewhere;
}

test("other sessions are seen and ended, at once", async ({ portal, person, browser }) => {
  const elsewhere = await signInElsewhere(browser, person);
  await portal.goto("/sessions");
  const cards = portal.getByRole("main").getByRole("listitem");
  await expect(cards).toHaveCount(2);
  await expect(cards.first()).toContainText("This device");
  await cards
    .nth(1)
    .getByRole("button", { name: /^Sign out/ })
    .click();
  await portal.getByRole("alertdialog").getByRole("button", { name: "End session" }).click();
  await expect(cards).toHaveCount(1);
  await elsewhere.goto("/profile");
  await expect(elsewhere).toHaveURL(/\/sign-in/);
});

test("all others are signed out in one go, and this one goes on", async ({ portal, person, browser }) => {
  const others = [await signInElsewhere(browser, person), await signInElsewhere(browser, person)];
  await portal.goto("/sessions");
  await portal.getByRole("button", { name: "Sign out all others" }).click();
  const question = portal.getByRole("alertdialog", { name: "End 2 other sessions?" });
  await expect(question).toContainText("so do your API tokens");
  await question.getByRole("button", { name: "End them" }).click();
  await expect(portal.getByText("You are signed in nowhere else.")).toBeVisible();
  await expect(portal.getByRole("button", { name: "Sign out all others" })).toHaveCount(0);
  for (const other of others) {
    await other.goto("/profile");
    await expect(other).toHaveURL(/\/sign-in/);
  }
  await portal.goto("/profile");
  await expect(portal).toHaveURL("/profile");
});

test("times are told in words, with the instant behind them", async ({ portal }) => {
  await portal.goto("/sessions");
  const signedIn = portal.getByRole("main").locator("time").first();
  await expect(signedIn).toHaveText(/just now|ago$/);
  await expect(signedIn).toHaveAttribute("title", /\d{4}, \d{2}:\d{2}/);
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("“this was not me” in the mail about a new device ends every session", async ({ portal, person, browser }) => {
      const stranger = await signInElsewhere(browser, person);
      const path = await mailedPath(person.email, /new device/i);
      await portal.goto(path);
      await expect(portal.getByText(person.username)).toBeVisible();
      if (javaScriptEnabled) await checkLooks(portal);
      await portal.getByRole("button", { name: "End every session of mine" }).click();
      await expect(portal).toHaveURL("/forgot-password?sessions-ended");
      await expect(field(portal, "login")).toBeVisible();
      await stranger.goto("/profile");
      await expect(stranger).toHaveURL(/\/sign-in/);
      await portal.goto(path);
      await expect(portal.getByRole("heading", { name: "This link is used up or too old" })).toBeVisible();
      await expect(portal.getByRole("button", { name: "End every session of mine" })).toHaveCount(0);
    });
  });
}
