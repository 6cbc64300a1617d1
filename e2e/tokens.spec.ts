import type { Page } from "@playwright/test";
import { expect, field, refusal, test } from "./fixtures.ts";
import { type Person, query } from "./people.ts";

const name = "nightly export on build-7";

async function fillIn(page: Page, called = name, scope = "profile:read") {
  await field(page, "name").fill(called);
  await page.getByRole("checkbox", { name: scope, exact: true }).check();
}

const create = (page: Page) => page.getByRole("button", { name: "Create token" }).click();
const reveal = (page: Page) => page.getByRole("dialog", { name: "Copy your new token" });
const row = (page: Page, called = name) => page.getByRole("row").filter({ hasText: called });
const count = (page: Page) => page.locator("main p[role=status]").first();
const inTable = (page: Page) => page.getByRole("rowheader");

/** Tokens as they stand after some months, without the wait. */
const makeTokens = ({ id, accountId }: Person, names: string[]) =>
  query(
    `insert into tokens (user_id, account_id, name, scopes, secret_hash, last_four, created_at, expires_at)
     select $1::uuid, $2, name, '{Tasks}', sha256(convert_to($2 || name, 'UTF8')), 'x3Fq',
       now() - place * interval '1 minute', now() + interval '200 days'
     from unnest($3::text[]) with ordinality as given(name, place)`,
    [id, accountId, names],
  );

test.describe("with a clipboard", () => {
  test.use({ permissions: ["clipboard-read", "clipboard-write"] });

  test("a token is made, copied, used by a program, revoked, and refused", async ({ portal, request }) => {
    await portal.goto("/tokens/new");
    await fillIn(portal);
    await expect(portal.getByText("This token will be able to read your profile.")).toBeVisible();
    await create(portal);
    await reveal(portal).getByRole("button", { name: "Copy token and close" }).click();
    await expect(portal).toHaveURL("/tokens");
    const secret = await portal.evaluate(() => navigator.clipboard.readText());
    expect(secret).toMatch(/^lk_pat_\w{49}$/);

    const headers = { authorization: `Bearer ${secret}`, "user-agent": "nightly-export/1.4" };
    expect((await request.get("/api/v1/me", { headers })).status()).toBe(200);
    await expect(async () => {
      await portal.reload();
      await expect(row(portal)).toContainText("nightly-export", { timeout: 500 });
    }).toPass({ timeout: 20_000 });

    const question = portal.getByRole("alertdialog", { name: `Revoke ${name}?` });
    await portal.getByRole("button", { name: `Actions for ${name}` }).click();
    // The page's script puts the focus into the menu, be it here when that is opened or only afterwards.
    await expect(portal.getByRole("menuitem", { name: "Details" })).toBeFocused();
    await portal.getByRole("menuitem", { name: "Revoke…" }).click();
    await expect(question).toContainText(/Used .+ by nightly-export from/);
    await question.getByRole("textbox").fill(name);
    await question.getByRole("button", { name: "Revoke token" }).click();
    await expect(inTable(portal)).toHaveCount(0);
    await expect(portal.getByRole("heading", { name: "API tokens" })).toBeFocused();

    const refused = await request.get("/api/v1/me", { headers });
    expect([refused.status(), (await refused.json()).code]).toEqual([401, "token_revoked"]);
    await portal.getByRole("link", { name: "Inactive" }).click();
    await expect(row(portal)).toContainText("Revoked by noor-");
  });

  test("the secret can be tried out, and is gone after a reload", async ({ portal }) => {
    await portal.goto("/tokens/new");
    await fillIn(portal);
    await create(portal);
    await expect(reveal(portal).getByRole("button", { name: "Copy token and close" })).toBeFocused();
    await reveal(portal).getByRole("button", { name: "Test it now" }).click();
    await expect(reveal(portal)).toContainText("200: it works");
    await expect(reveal(portal)).toContainText(`"name": "${name}"`);
    portal.on("dialog", (leave) => leave.accept());
    await portal.reload();
    await expect(reveal(portal)).toHaveCount(0);
  });
});

test("a copy that failed keeps the gate shut until the secret is said to be stored", async ({ portal }) => {
  await portal.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await portal.goto("/tokens/new");
  await fillIn(portal);
  await create(portal);
  await reveal(portal).getByRole("button", { name: "Copy token and close" }).click();
  await expect(reveal(portal).getByRole("alert")).toContainText("press Ctrl+C");
  await expect(reveal(portal).getByRole("textbox")).toHaveValue(/^lk_pat_\w{49}$/);
  await portal.keyboard.press("Escape");
  const question = portal.getByRole("alertdialog", { name: "Close without copying?" });
  await question.getByRole("button", { name: "Go back" }).click();
  await expect(reveal(portal)).toBeVisible();
  await reveal(portal).getByRole("button", { name: "I stored it" }).click();
  await expect(portal).toHaveURL("/tokens");
});

test("a link fills in the form, names what is not there, and sends nothing", async ({ portal }) => {
  await portal.goto("/tokens/new?name=ci+deploy&scopes=PublishApp,Teleport&expires=60d");
  await expect(portal.getByText("A link filled in this form. Check the permissions")).toBeVisible();
  await expect(portal.getByText("There is no scope Teleport here.")).toBeVisible();
  await expect(field(portal, "name")).toHaveValue("ci deploy");
  await expect(portal.getByRole("checkbox", { name: "PublishApp" })).toBeChecked();
  await expect(portal.getByRole("radio", { name: "60 days" })).toBeChecked();
  await portal.goto("/tokens");
  await expect(portal.getByText("You have no tokens yet")).toBeVisible();
});

test.describe("in Tokyo", () => {
  test.use({ timezoneId: "Asia/Tokyo", locale: "en-GB" });

  test("an end and a start of one's own are in one's own zone", async ({ portal, person }) => {
    await portal.goto("/tokens/new");
    await fillIn(portal);
    await portal.getByRole("radio", { name: "Custom" }).check();
    const day = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    await portal.getByLabel("Date and time").fill(`${day}T08:30`);
    const end = portal.getByRole("group", { name: "Expires" }).locator("time");
    await expect(end).toHaveAttribute("datetime", /T23:30:00\.000Z$/);
    const start = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    await field(portal, "startsOn").fill(`${start}T09:00`);
    await create(portal);
    await expect(reveal(portal)).toContainText("08:30 GMT+9");
    const [made] = await query("select starts_at from tokens where user_id = $1", [person.id]);
    expect(made).toEqual({ starts_at: new Date(`${start}T00:00:00Z`) });
  });
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("a name that is taken is told at the field, and nothing typed is lost", async ({ portal, person }) => {
      await makeTokens(person, [name]);
      await portal.goto("/tokens/new");
      await fillIn(portal, name.toUpperCase());
      await portal.getByRole("radio", { name: "90 days" }).check();
      await create(portal);
      await expect(refusal(portal)).toContainText("You have a token of this name.");
      await expect(field(portal, "name")).toHaveAttribute("aria-invalid", "true");
      await expect(portal.getByRole("checkbox", { name: "profile:read" })).toBeChecked();
      await expect(portal.getByRole("radio", { name: "90 days" })).toBeChecked();
    });

    test("a token without scopes is refused beside the grid", async ({ portal }) => {
      await portal.goto("/tokens/new");
      await field(portal, "name").fill(name);
      await create(portal);
      await expect(portal.getByRole("group", { name: "Scopes" })).toContainText("Choose at least one scope");
    });

    test("a long list goes on over pages", async ({ portal, person }) => {
      await makeTokens(
        person,
        Array.from({ length: 30 }, (_, place) => `worker ${place}`),
      );
      await portal.goto("/tokens");
      await expect(count(portal)).toHaveText("25 tokens, and more on the next page");
      await portal.getByRole("link", { name: "Next page" }).click();
      await expect(inTable(portal)).toHaveCount(5);
      await portal.getByRole("link", { name: "First page" }).click();
      await expect(inTable(portal)).toHaveCount(25);
    });

    test("a token is renamed on its page", async ({ portal, person }) => {
      await makeTokens(person, [name]);
      await portal.goto("/tokens");
      await portal.getByRole("link", { name }).click();
      await field(portal, "name").fill("weekly export");
      await portal.getByRole("button", { name: "Save" }).click();
      await expect(portal.getByRole("heading", { level: 1 })).toContainText("weekly export");
    });
  });
}

test("the list is searched as one types, and the address follows", async ({ portal, person }) => {
  await makeTokens(person, ["export", "deploy", "demo"]);
  await portal.goto("/tokens");
  await portal.keyboard.press("/");
  await portal.keyboard.type("exp");
  await expect(count(portal)).toHaveText("1 token");
  await expect(portal).toHaveURL("/tokens?search=exp");
  await portal.keyboard.type("zz");
  await expect(portal.getByText("No token matches")).toBeVisible();
  await portal.getByRole("link", { name: "Clear search and status" }).click();
  await expect(inTable(portal)).toHaveCount(3);
  await expect(portal.getByRole("searchbox")).toHaveValue("");
  await portal.getByLabel("Order").selectOption("Name");
  await expect(inTable(portal).first()).toContainText("demo");
  await portal.getByLabel("Status").selectOption("Expires soon");
  await expect(count(portal)).toHaveText("No tokens");
});

test("the list follows what happens elsewhere, and says when it could not", async ({ portal, person }) => {
  await makeTokens(person, ["export"]);
  await portal.clock.install();
  await portal.goto("/tokens");
  await expect(count(portal)).toHaveText("1 token");
  await query("update tokens set name = 'weekly export' where user_id = $1", [person.id]);
  await portal.route("**/_next/static/chunks/**", (route) => route.abort());
  await portal.clock.fastForward(31_000);
  await expect(portal.getByText("The list could not be refreshed")).toBeVisible();
  await expect(inTable(portal)).toContainText("export");
  await portal.unroute("**/_next/static/chunks/**");
  await portal.getByRole("button", { name: "Try again" }).click();
  await expect(inTable(portal)).toContainText("weekly export");
  await expect(portal.getByText("The list could not be refreshed")).toBeHidden();
  await query("update tokens set name = 'daily export' where user_id = $1", [person.id]);
  await portal.clock.fastForward(31_000);
  await expect(inTable(portal)).toContainText("daily export");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a token is made, and its secret stands on the page once", async ({ portal, request }) => {
    await portal.goto("/tokens/new");
    await fillIn(portal);
    await create(portal);
    const secret = (await reveal(portal).locator("code", { hasText: "lk_pat_" }).textContent()) ?? "";
    await expect(portal.getByRole("button", { name: "Create token" })).toBeHidden();
    const headers = { authorization: `Bearer ${secret}` };
    expect((await request.get("/api/v1/tokens/verify", { headers })).status()).toBe(200);
    await portal.goto("/tokens");
    await expect(portal.getByText(secret)).toHaveCount(0);
  });

  test("the list is searched with a form, and a token is revoked on its page", async ({ portal, person }) => {
    await makeTokens(person, ["export", "deploy"]);
    await portal.goto("/tokens");
    await portal.getByRole("searchbox").fill("dep");
    await portal.getByRole("button", { name: "Apply" }).click();
    await expect(inTable(portal)).toHaveCount(1);
    await portal.getByRole("link", { name: "deploy" }).click();
    await portal.getByRole("button", { name: "Revoke deploy" }).click();
    await portal.getByRole("button", { name: "Revoke token" }).click();
    await expect(portal.getByText("This token was revoked")).toBeVisible();
    await expect(portal.getByRole("button", { name: "Revoke deploy" })).toHaveCount(0);
  });
});
