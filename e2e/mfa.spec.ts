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
  await expect(refusal(portal)).toContainText("Incorrect code");
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
  await expect(refusal(portal)).toContainText("already used");
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

test("axe finds nothing where an app is set up while signing in", async ({ page, person }) => {
  await setFactorDemand(person);
  await page.goto("/sign-in");
  await fillSignIn(page, person.username, person.password);
  const secret = await beginSetup(page, "Begin");
  await check(page);
  await typeCode(page, codeOf(secret));
  await shownCodes(page);
  await check(page);
});

const setFactorDemand = ({ accountId }: Person) =>
  query("update accounts set mfa_required = true, mfa_grace_days = 0 where id = $1", [accountId]);

test("where the account requires a second factor, it is set up while signing in", async ({ page, person }) => {
  await setFactorDemand(person);
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
  await expect(page.getByRole("link", { name: "Replace everything" })).toBeVisible();
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

test("a one-time password is replaced after the second factor that the account requires", async ({ page, person }) => {
  await setFactorDemand(person);
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

/** Pages with acts that ask for step-up. */
const sensitive = [
  "/profile",
  "/tokens",
  "/tokens/new",
  "/recovery-codes",
  "/notifications",
  "/security-log",
  "/secure-account",
  "/delete-account",
];

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

  test("is shown wherever it matters, for how long it holds", async ({ portal }) => {
    for (const path of [...sensitive, "/mfa", "/passkeys"]) {
      await portal.goto(path);
      await expect(portal.getByText(/Confirmed · 1[45] min left/), path).toBeVisible();
    }
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
