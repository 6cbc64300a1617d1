import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { check } from "./axe.ts";
import { expect, refusal, test } from "./fixtures.ts";
import { leaveToken, type Person, query } from "./people.ts";

const name = "nightly export on build-7";

/** A token that was used an hour ago. */
async function tokenOf({ id, accountId }: Person): Promise<string> {
  const [made] = await query(
    `insert into tokens (user_id, account_id, name, scopes, secret_hash, last_four, expires_at, last_used_at, last_used_address)
     values ($1, $2, $3, '{Tasks,profile:read}', sha256($4::text::bytea), '0000', now() + interval '60 days',
       now() - interval '1 hour', '203.0.113.7') returning id`,
    [id, accountId, name, randomUUID()],
  );
  return String(made?.id);
}

const old = (page: Page) => page.getByRole("region", { name: "Old secret" });

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("a token is rotated, and its old secret is seen until it is ended", async ({ portal, person, request }) => {
      const path = `/tokens/${await tokenOf(person)}`;
      await portal.goto(path);
      await portal.getByRole("button", { name: `Rotate ${name}` }).click();
      const question = portal.getByRole("dialog", { name: `Rotate ${name}?` });
      await question.getByRole("radio", { name: "For 7 days" }).check();
      await question.getByRole("button", { name: "Rotate token" }).click();
      const headers = { authorization: `Bearer ${await secretIn(portal, javaScriptEnabled)}` };
      expect((await request.get("/api/v1/me", { headers })).status()).toBe(200);
      await portal.goto(path);
      await expect(old(portal)).toContainText("last used 1 hour ago from 203.0.113.7 · ends in 7 days");
      if (javaScriptEnabled) await check(portal);
      await (javaScriptEnabled ? endInMenu(portal) : endHere(portal));
      await portal.goto(path);
      await expect(old(portal)).toHaveCount(0);
    });
  });
}

async function endHere(page: Page) {
  await page.getByRole("button", { name: "End now old secret" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "End now" }).click();
  await expect(old(page)).toHaveCount(0);
}

async function endInMenu(page: Page) {
  const question = page.getByRole("alertdialog", { name: `End the old secret of ${name} now?` });
  // On a busy machine the page's script can come between the two clicks, and shuts the menu.
  await expect(async () => {
    await page.goto("/tokens");
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
    await page.getByRole("menuitem", { name: "End old secret…" }).click();
    await expect(question).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 20_000 });
  await question.getByRole("button", { name: "End now" }).click();
  await expect(question).toHaveCount(0);
}

async function secretIn(page: Page, scripts: boolean) {
  if (!scripts)
    return page
      .locator("code")
      .filter({ hasText: /^lk_pat_\w{49}$/ })
      .textContent();
  await page.getByRole("button", { name: /^(Show|Reveal)/ }).click();
  return page.getByRole("dialog", { name: "Copy your new token" }).getByRole("textbox").inputValue();
}

test("a scope is taken away from a token", async ({ portal, person }) => {
  const path = `/tokens/${await tokenOf(person)}`;
  await portal.goto(`${path}/scopes`);
  await check(portal);
  await portal.getByRole("checkbox", { name: "Tasks" }).uncheck();
  await portal.getByRole("button", { name: "Save scopes" }).click();
  await expect(portal.getByText("Its scopes are changed")).toBeVisible();
  await expect(portal.getByRole("region", { name: "Scopes" })).not.toContainText("Tasks");
});

test("a token that begins later is copied again, begun at once, and its limits are those of its duplicate", async ({
  portal,
  person,
  baseURL,
}) => {
  await query("update accounts set tokens_retrievable = true where id = $1", [person.accountId]);
  const startsAt = new Date(Date.now() + 86_400_000).toISOString();
  const data = { name, scopes: ["Tasks"], startsAt, allowedAddresses: ["198.51.100.0/24"], rateLimitPerMinute: 30 };
  const made = await portal.request.post("/api/v1/me/tokens", { data, headers: { origin: String(baseURL) } });
  const { id, secret } = await made.json();
  await portal.goto(`/tokens/${id}`);
  await portal.getByRole("button", { name: "Copy again" }).click();
  const copy = portal.getByRole("dialog");
  await copy.getByRole("button", { name: /^(Show|Reveal)/ }).click();
  await expect(copy.getByRole("textbox")).toHaveValue(secret);
  await portal.reload();
  const start = portal.getByRole("region", { name: "Start", exact: true });
  await start.getByLabel("Starts (optional)", { exact: true }).fill("");
  await start.getByRole("button", { name: "Set start" }).click();
  await expect(start).toHaveCount(0);
  await portal.reload();
  await expect(portal.getByRole("region", { name: "History" })).toContainText("API token changed");
  await check(portal);
  await portal.goto(`/tokens/new?like=${id}`);
  await expect(portal.getByLabel("Allowed addresses")).toHaveValue("198.51.100.0/24");
  await expect(portal.getByLabel("Requests a minute")).toHaveValue("30");
});

test("editing a token that was revoked elsewhere says so, and when", async ({ portal, person }) => {
  const id = await leaveToken(person);
  await portal.goto(`/tokens/${id}`);
  await query(
    "update tokens set ended_at = '2026-03-04T05:06:00Z', ended_by = user_id, ended_reason = 'revoked' where id = $1",
    [id],
  );
  await portal.getByRole("textbox", { name: "Description" }).fill("Every night");
  await portal.getByRole("button", { name: "Save", exact: true }).first().click();
  await expect(refusal(portal)).toContainText(`was revoked by ${person.username} on 4 Mar 2026, 05:06 UTC`);
  await refusal(portal).getByRole("link", { name: "Load it as it is now" }).click();
  await expect(portal.getByText("This token was revoked")).toBeVisible();
});
