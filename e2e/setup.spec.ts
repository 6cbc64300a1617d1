import { expect, field, fillSignIn, refusal, test } from "./fixtures.ts";
import { type NewPortal, startNewPortal } from "./new-portal.ts";

const email = "mara@example.com";
const password = "Eleven-Brown-Foxes-63";

let portal: NewPortal;

// One worker, one portal: what happens to it is told in order.
test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  test.setTimeout(120_000);
  portal = await startNewPortal();
});

test.afterAll(() => portal?.stop());

test("until it is set up, every way in says where the link is found", async ({ page }) => {
  await page.goto(portal.url);
  await expect(page).toHaveURL(`${portal.url}/setup`);
  await expect(page.getByText("The link was printed where the portal was started")).toBeVisible();
  await page.goto(`${portal.url}/profile`);
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByText("This portal has no account yet")).toBeVisible();
  await page.goto(portal.link.slice(0, -5));
  await expect(page.getByText("This link does not fit")).toBeVisible();
});

test("the link leads to a form that refuses a weak password and loses nothing else", async ({ page }) => {
  const answer = await page.goto(portal.link);
  expect(answer?.headers()["cache-control"]).toContain("no-store");
  expect(answer?.headers()["referrer-policy"]).toBe("same-origin");
  await field(page, "accountName").fill("Juniper Freight");
  await field(page, "fullName").fill("Mara Lindqvist");
  await field(page, "email").fill(email);
  await field(page, "password").fill("Juniper-2026-x");
  await page.getByRole("button", { name: "Set up and sign in" }).click();
  await expect(refusal(page)).toContainText('Leave out "juniper"');
  await expect(field(page, "accountName")).toHaveValue("Juniper Freight");
  await expect(field(page, "password")).toHaveAttribute("aria-invalid", "true");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the first administrator is made, and signed in", async ({ page }) => {
    await page.goto(portal.link);
    await field(page, "accountName").fill("Juniper Freight");
    await field(page, "fullName").fill("Mara Lindqvist");
    await field(page, "email").fill(email);
    await field(page, "password").fill(password);
    await page.getByRole("button", { name: "Set up and sign in" }).click();
    await expect(page).toHaveURL(`${portal.url}/profile`);
    await expect(field(page, "fullName")).toHaveValue("Mara Lindqvist");
    await expect(page.getByRole("region", { name: "Membership and roles" })).toContainText("Administrator");
  });
});

test("the link has done its work", async ({ page }) => {
  await page.goto(portal.link);
  await expect(page.getByRole("heading", { name: "This portal is set up already" })).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).click();
  await fillSignIn(page, email, password);
  await expect(page).toHaveURL(`${portal.url}/profile`);
});

test.describe("slowed down, without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("after several wrong passwords the page says how long to wait, and then signs in", async ({ page }) => {
    const guess = () => page.request.post(`${portal.url}/api/v1/sign-in/password`, { data: { email, password: "no" } });
    for (let tries = 0; tries < 7; tries++)
      await expect(async () => expect((await guess()).status()).toBe(401)).toPass({ intervals: [500] });
    await page.goto(`${portal.url}/sign-in`);
    await fillSignIn(page, email, password);
    await expect(refusal(page)).toContainText(/Too many tries. Try again in (\d seconds|a second)\./);
    await expect(async () => {
      await fillSignIn(page, email, password);
      await expect(page).toHaveURL(`${portal.url}/profile`, { timeout: 1000 });
    }).toPass();
  });
});
