import type { Page } from "@playwright/test";
import { check } from "./axe.ts";
import { beginSetup, codeOf, keepCodes, setUp, shownCodes, signOut, typeCode } from "./enrolment.ts";
import { expect, field, fillSignIn, refusal, test } from "./fixtures.ts";
import { type Person, query } from "./people.ts";

test("an app is set up in three steps, and asked for at the next sign-in", async ({ portal, person }) => {
  const { secret } = await setUp(portal);
  const done = portal.getByRole("button", { name: "Done" });
  await expect(done).toHaveAttribute("aria-disabled", "true");
  await keepCodes(portal);
  await expect(portal.getByText("10 of 10 left")).toBeVisible();
  await expect(portal.getByText("On", { exact: true })).toBeVisible();
  await portal.goto("/mfa");
  await check(portal);

  await signOut(portal);
  await fillSignIn(portal, person.username, person.password);
  await expect(portal).toHaveURL(/\/sign-in\/mfa/);
  await check(portal);
  await typeCode(portal, codeOf(secret) === "000000" ? "000001" : "000000");
  await expect(refusal(portal)).toContainText("not right");
  await typeCode(portal, codeOf(secret, 1));
  await expect(portal).not.toHaveURL(/\/sign-in/);
});

test("a code is good once, and the page says so", async ({ portal, person }) => {
  const { secret } = await setUp(portal);
  await signOut(portal);
  await fillSignIn(portal, person.username, person.password);
  const code = codeOf(secret, 1);
  await typeCode(portal, code);
  await expect(portal).not.toHaveURL(/\/sign-in/);
  await signOut(portal);
  await fillSignIn(portal, person.username, person.password);
  await typeCode(portal, code);
  await expect(refusal(portal)).toContainText("used already");
});

test("a recovery code lets one in once, and is struck through", async ({ portal, person }) => {
  const { recoveryCodes } = await setUp(portal);
  const [code = ""] = recoveryCodes;
  for (const words of [null, "used"]) {
    await signOut(portal);
    await fillSignIn(portal, person.username, person.password);
    await portal.getByRole("button", { name: "Use a recovery code" }).click();
    await field(portal, "recoveryCode").fill(code.toUpperCase());
    await portal.getByRole("button", { name: "Sign in" }).click();
    if (words) await expect(refusal(portal)).toContainText(words);
    else await expect(portal).not.toHaveURL(/\/sign-in/);
    if (words) continue;
    await portal.goto("/mfa");
    await expect(portal.getByText("9 of 10 left")).toBeVisible();
    await expect(portal.locator("s")).toContainText("1. used");
  }
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the second factor is proven at sign-in", async ({ page, person, baseURL }) => {
    const { username, password } = person;
    const { token } = await (await page.request.post("/api/v1/sessions", { data: { username, password } })).json();
    const headers = { authorization: `Bearer ${token}`, origin: baseURL ?? "" };
    const draft = await (await page.request.post("/api/v1/me/authenticators", { headers, data: {} })).json();
    const path = `/api/v1/me/authenticators/${draft.id}/confirm`;
    const confirmed = await page.request.post(path, { headers, data: { code: codeOf(draft.secret) } });
    expect(confirmed.status()).toBe(201);
    await page.goto("/sign-in");
    await fillSignIn(page, username, password);
    await typeCode(page, codeOf(draft.secret, 1));
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).not.toHaveURL(/\/sign-in/);
  });
});

/** Signs in with the seventh recovery code when six are used; all ten as they were. */
async function useSeventhCode(page: Page, person: Person): Promise<string[]> {
  const { recoveryCodes } = await setUp(page);
  await query("update recovery_codes set used_at = now() where user_id = $1 and number <= 6", [person.id]);
  await signOut(page);
  await fillSignIn(page, person.username, person.password);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await field(page, "recoveryCode").fill(recoveryCodes[6] ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  return recoveryCodes;
}

test("who signs in with a recovery code and has few left is offered new ones", async ({ portal, person }) => {
  await useSeventhCode(portal, person);
  await expect(portal.getByRole("heading", { name: "3 recovery codes left" })).toBeVisible();
  await check(portal);
  await portal.getByRole("link", { name: "Not now" }).click();
  await expect(portal).toHaveURL("/profile");
});

test("new recovery codes made on the way in are shown", async ({ portal, person }) => {
  const old = await useSeventhCode(portal, person);
  await portal.getByRole("button", { name: "Make new codes" }).click();
  expect(await shownCodes(portal)).not.toContain(old[9]);
  await keepCodes(portal);
  await expect(portal.getByText("10 of 10 left")).toBeVisible();
});

test("axe finds nothing where an app is set up while signing in", async ({ page, person }) => {
  await demandFactor(person);
  await page.goto("/sign-in");
  await fillSignIn(page, person.username, person.password);
  const secret = await beginSetup(page, "Begin");
  await check(page);
  await typeCode(page, codeOf(secret));
  await shownCodes(page);
  await check(page);
});

const demandFactor = ({ accountId }: Person) =>
  query("update accounts set mfa_required = true, mfa_grace_days = 0 where id = $1", [accountId]);

test("where the account demands a second factor, it is set up while signing in", async ({ page, person }) => {
  await demandFactor(person);
  await page.goto("/sign-in?return_to=/sessions");
  await fillSignIn(page, person.username, person.password);
  await expect(page).toHaveURL(/\/sign-in\/enrol/);
  const secret = await beginSetup(page, "Begin");
  await typeCode(page, codeOf(secret));
  await keepCodes(page);
  await expect(page).toHaveURL(/\/sessions$/);
  await expect(page.getByText("password + authenticator")).toBeVisible();
  await page.goto("/mfa");
  await expect(page.getByText("Your last factor. Your account demands one")).toBeVisible();
  await expect(page.getByRole("button", { name: "Replace everything" })).toBeVisible();
});

async function choosePassword(page: Page) {
  await field(page, "newPassword").fill("Own-Orange-Boats-44");
  await field(page, "confirmPassword").fill("Own-Orange-Boats-44");
  await page.getByRole("button", { name: "Set password and sign in" }).click();
}

test("a one-time password is replaced before anything else", async ({ page, person }) => {
  await query("update users set password_once = true where id = $1", [person.id]);
  await page.goto("/sign-in");
  await fillSignIn(page, person.username, person.password);
  await expect(page).toHaveURL(/\/sign-in\/new-password/);
  await check(page);
  await choosePassword(page);
  await expect(page).toHaveURL(/\/profile/);
});

test("a one-time password is replaced after the second factor that the account demands", async ({ page, person }) => {
  await demandFactor(person);
  await query("update users set password_once = true where id = $1", [person.id]);
  await page.goto("/sign-in");
  await fillSignIn(page, person.username, person.password);
  await typeCode(page, codeOf(await beginSetup(page, "Begin")));
  expect(await shownCodes(page)).toHaveLength(10);
  await keepCodes(page);
  await expect(page).toHaveURL(/\/sign-in\/new-password/);
  await choosePassword(page);
  await expect(page).toHaveURL(/\/profile/);
});

const goStale = (person: Person) => query("update sessions set fresh_until = now() where user_id = $1", [person.id]);

test.describe("step-up", () => {
  test("is asked for over the page, and what was held back goes on", async ({ portal, person }) => {
    await portal.goto("/tokens/new?name=nightly&scopes=profile:read");
    await goStale(person);
    await portal.getByRole("button", { name: "Create token" }).click();
    const dialog = portal.getByRole("dialog", { name: "Confirm that it is you" });
    await check(portal);
    await dialog.locator('[name="password"]').fill("Not-the-Password-1");
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await expect(dialog.locator("[data-summary]")).toContainText("not your password");
    await dialog.locator('[name="password"]').fill(person.password);
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await expect(portal.getByRole("dialog", { name: "Copy your new token" })).toBeVisible();
  });

  test("cancelled, leaves the form as it was", async ({ portal, person }) => {
    await portal.goto("/tokens/new?name=nightly&scopes=profile:read");
    await goStale(person);
    await portal.getByRole("button", { name: "Create token" }).click();
    await portal.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await expect(field(portal, "name")).toHaveValue("nightly");
    expect(await query("select 1 from tokens where user_id = $1", [person.id])).toEqual([]);
  });

  test("has a page of its own, which leads on", async ({ portal, person }) => {
    await goStale(person);
    await portal.goto("/confirm?return_to=/tokens/new");
    await check(portal);
    await field(portal, "password").fill(person.password);
    await portal.getByRole("button", { name: "Confirm", exact: true }).click();
    await expect(portal).toHaveURL("/tokens/new");
  });

  test("holds for a while, is shown, and can be ended", async ({ portal }) => {
    await portal.goto("/mfa");
    await expect(portal.getByText(/Confirmed · 1[45] min left/)).toBeVisible();
    await portal.getByRole("button", { name: "End now" }).click();
    await expect(portal.getByText(/Confirmed/)).toHaveCount(0);
    await portal.getByRole("button", { name: "Set up an app" }).click();
    await expect(portal.getByRole("dialog", { name: "Confirm that it is you" })).toBeVisible();
  });
});

test("other sessions are seen and ended, at once", async ({ portal, person, browser }) => {
  const elsewhere = await (await browser.newContext()).newPage();
  await elsewhere.goto("/sign-in");
  await fillSignIn(elsewhere, person.username, person.password);
  await expect(elsewhere).toHaveURL(/\/profile/);
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
