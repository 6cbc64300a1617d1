import type { Page } from "@playwright/test";
import { expect, field, refusal, test } from "./fixtures.ts";
import { query } from "./people.ts";

const older = (id: string) => id.replace(/^(..).{8}/, "$100000000");

/** Has the forms of a page sent as one from before an update sends them: to actions that the server does not know. */
async function makeOld(page: Page) {
  await page.route("**/*", (route) => {
    const headers = route.request().headers();
    const action = headers["next-action"];
    if (!action) return route.fallback();
    return route.continue({ headers: { ...headers, "next-action": older(action) } });
  });
}

test("a form of a page from before an update says so, keeps what was typed, and offers the page anew", async ({
  portal,
}) => {
  await portal.goto("/profile");
  await field(portal, "fullName").fill("Noor Haddad-Lund");
  await makeOld(portal);
  await portal.getByRole("button", { name: "Save" }).first().click();
  await expect(refusal(portal)).toContainText("The portal was updated");
  await expect(field(portal, "fullName")).toHaveValue("Noor Haddad-Lund");

  await portal.unrouteAll();
  await refusal(portal).getByRole("link", { name: "Load this page anew" }).click();
  await expect(refusal(portal)).toBeHidden();
  await field(portal, "fullName").fill("Noor Haddad-Lund");
  await portal.getByRole("button", { name: "Save" }).first().click();
  await expect(portal.getByText("Your profile was saved.")).toBeVisible();
});

test("a form that nobody answers keeps what was typed", async ({ portal }) => {
  await portal.goto("/profile");
  await field(portal, "fullName").fill("Noor Haddad-Lund");
  await portal.route("**/profile", (route) => (route.request().method() === "POST" ? route.abort() : route.fallback()));
  await portal.getByRole("button", { name: "Save" }).first().click();
  await expect(refusal(portal)).toContainText("No answer");
  await expect(field(portal, "fullName")).toHaveValue("Noor Haddad-Lund");
});

test("a button without a form of its own leads to a page that says so, and on", async ({ portal }) => {
  await portal.goto("/profile");
  await makeOld(portal);
  await portal.getByRole("button", { name: /^Your menu/ }).click();
  await portal.getByRole("button", { name: "Sign out" }).click();
  await expect(portal.getByRole("heading", { name: "The portal was updated" })).toBeVisible();
  await portal.unrouteAll();
  await portal.getByRole("button", { name: "Load this page anew" }).click();
  await expect(field(portal, "fullName")).toBeVisible();
});

test("a dialog that such a page cannot load leaves the form as it was, and a way to confirm", async ({
  portal,
  person,
}) => {
  await portal.goto("/tokens/new?name=nightly&scopes=profile:read");
  await query("update sessions set fresh_until = now() where user_id = $1", [person.id]);
  await portal.route(/\/_next\/static\/chunks\//, (route) => route.fulfill({ status: 404 }));
  await portal.getByRole("button", { name: "Create token" }).click();
  const opened = portal.context().waitForEvent("page");
  await portal.getByRole("link", { name: "Confirm in a new tab that it is you" }).click();
  await expect(await opened).toHaveURL("/confirm");
  await expect(field(portal, "name")).toHaveValue("nightly");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  // No browser is sure to bring the text back itself: React numbers the hidden fields that a form is known by anew each
  // time.
  test("such a form gets a page that says so, shows what was typed, and leads on", async ({ portal }) => {
    await portal.goto("/profile");
    await portal.locator("[name^='$ACTION_'][value*='\"id\"']").evaluateAll((fields: HTMLInputElement[]) => {
      for (const field of fields) field.value = field.value.replace(/("id":"..).{8}/, "$100000000");
    });
    await field(portal, "fullName").fill("Noor Haddad-Lund");
    await portal.getByRole("button", { name: "Save" }).first().click();
    await expect(portal.getByRole("heading", { name: "The portal was updated" })).toBeVisible();
    await expect(portal.getByRole("definition").first()).toHaveText("Noor Haddad-Lund");
    await portal.getByRole("link", { name: "Load this page anew" }).click();
    await expect(field(portal, "fullName")).toHaveValue("Noor Haddad");
  });
});
