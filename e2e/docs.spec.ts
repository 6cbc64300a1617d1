import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

/** The part of the reference with this id, loaded. */
async function open(page: Page, part: string) {
  await page.goto(`/docs#?route=${part}`);
  await expect(page.getByRole("navigation", { name: "Menu" }).first()).toBeVisible();
}

/** Sends what the reference has filled in; the answer to it. */
async function tryOut(page: Page) {
  const answer = page.waitForResponse((response) => /\/api\/v1\/(?!openapi)/.test(response.url()));
  await page.getByRole("button", { name: "Execute" }).click();
  return answer;
}

test("what one tries out happens, as whoever is signed in", async ({ portal, person }) => {
  await open(portal, "get-/me");
  expect(await (await tryOut(portal)).json()).toMatchObject({ username: person.username });
  await open(portal, "patch-/me");
  const changed = await tryOut(portal);
  expect([changed.status(), await changed.json()]).toMatchObject([200, { fullName: "Ada Okafor" }]);
  await expect(portal.getByText("Response Status: OK (200)")).toBeVisible();
});

test("a token can be tried instead, by anyone who has one", async ({ page, person }) => {
  const { username, password } = person;
  const opened = await page.request.post("/api/v1/sessions", { data: { username, password } });
  const { token } = await opened.json();
  await open(page, "auth");
  await page.getByPlaceholder("api-token").fill(token);
  await page.getByRole("button", { name: "Set" }).click();
  await page.getByRole("link", { name: "Read your profile", exact: true }).click();
  expect((await tryOut(page)).status()).toBe(200);
});

test("who is not signed in is refused, and told so", async ({ page }) => {
  await open(page, "get-/me");
  expect((await tryOut(page)).status()).toBe(401);
  await expect(page.getByText("unauthenticated").first()).toBeVisible();
});

test("one comes to the reference from the portal, and back", async ({ portal }) => {
  await portal.goto("/profile");
  await portal.getByRole("link", { name: "API reference" }).click();
  await expect(portal.getByRole("heading", { name: "API reference" })).toBeVisible();
  await portal.getByRole("link", { name: "Portal", exact: true }).click();
  await expect(portal).not.toHaveURL(/\/docs/);
});

test("the reference asks no other host", async ({ page, baseURL }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).origin));
  await open(page, "overview");
  expect(asked.filter((origin) => origin !== baseURL && origin !== "null")).toEqual([]);
});

test("the type of a problem leads to what it says about it", async ({ page }) => {
  const { type } = await (await page.request.get("/api/v1/me")).json();
  await page.goto(type);
  await expect(page.locator(":target")).toContainText("How to fix");
  await expect(page.locator(":target").getByRole("heading")).toContainText("unauthenticated");
});

// The reference is one page, whatever part of it is shown.
const looks = [
  {
    colorScheme: "light",
    width: 1280,
    seen: ["/docs#?route=post-/me/tokens", "/docs/errors"],
  },
  { colorScheme: "dark", width: 360, seen: ["/docs#?route=post-/me/tokens", "/docs/errors"] },
] as const;

for (const { colorScheme, width, seen } of looks) {
  test.describe(`${colorScheme}, ${width} pixels wide`, () => {
    test.use({ colorScheme, viewport: { width, height: 800 } });

    for (const place of seen) {
      test(`axe finds nothing on ${place}`, async ({ page }) => {
        await page.goto(place);
        await expect(page.locator("h1:visible, [role=heading]:visible").first()).toBeVisible();
        // Preloading would have axe copy the styles of shadow trees, which the policy refuses it.
        const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).options({ preload: false }).analyze();
        expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
      });
    }
  });
}
