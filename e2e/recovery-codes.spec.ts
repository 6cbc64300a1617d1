import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { checkLooks } from "./axe.ts";
import { keepCodes, setUp, shownCodes, signOut } from "./enrolment.ts";
import { expect, field, fillSignIn, refusal, test } from "./fixtures.ts";
import { type Person, query } from "./people.ts";

/** The codes as they are kept outside: numbered, one a line. */
const numbered = (codes: string[]) => codes.map((code, place) => `${String(place + 1).padStart(2)}. ${code}`);

test("new recovery codes are copied, downloaded and printed, as on the page", async ({ portal, context, baseURL }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await portal.addInitScript(() => {
    window.print = () => document.documentElement.setAttribute("data-printed", "");
  });
  const { recoveryCodes } = await setUp(portal);

  await portal.getByRole("button", { name: "Copy the recovery codes" }).click();
  await expect(portal.getByRole("status").filter({ hasText: "Copied the recovery codes" })).toBeAttached();
  const copied = await portal.evaluate(() => navigator.clipboard.readText());
  expect(copied.split("\n")).toEqual(numbered(recoveryCodes));

  const saved = portal.waitForEvent("download");
  await portal.getByRole("button", { name: "Download" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe("latchkey-recovery-codes-localhost.txt");
  const [title, , ...lines] = (await readFile(await download.path(), "utf8")).trimEnd().split("\n");
  expect(title).toBe(`Latchkey recovery codes, ${baseURL}`);
  expect(lines).toEqual(numbered(recoveryCodes));

  await portal.getByRole("button", { name: "Print" }).click();
  await expect(portal.locator("html")).toHaveAttribute("data-printed");
  await portal.emulateMedia({ media: "print" });
  await expect(portal.getByText(recoveryCodes[9] ?? "")).toBeVisible();
  await expect(portal.getByRole("navigation", { name: "Portal" })).toBeHidden();
  await expect(portal.getByRole("button", { name: "Print" })).toBeHidden();
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
    await expect(portal.getByRole("listitem").filter({ has: portal.locator("s") })).toHaveText(
      /^Code 1 (just now|.* ago)$/,
    );
  }
});

test("somebody without a second factor is told that they need no codes, and not that theirs are used", async ({
  portal,
}) => {
  await portal.goto("/recovery-codes");
  await expect(portal.getByRole("heading", { name: "You have no recovery codes" })).toBeVisible();
  await expect(portal.getByText("You sign in without a second factor")).toBeVisible();
  await expect(portal.getByRole("button", { name: /Make/ })).toHaveCount(0);
  await portal.getByRole("link", { name: "Set up a second factor" }).click();
  await expect(portal).toHaveURL("/mfa");
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
  await checkLooks(portal);
  await portal.getByRole("link", { name: "Not now" }).click();
  await expect(portal).toHaveURL("/profile");
});

test("new recovery codes made on the way in are shown", async ({ portal, person }) => {
  const old = await useSeventhCode(portal, person);
  await portal.getByRole("button", { name: "Make new codes" }).click();
  expect(await shownCodes(portal)).not.toContain(old[9]);
  await expect(portal.getByRole("heading", { name: "10 recovery codes left" })).toBeVisible();
  await checkLooks(portal);
  await keepCodes(portal);
  await expect(portal).toHaveURL("/profile");
});

test("who has plenty left goes straight on", async ({ portal, person }) => {
  const { recoveryCodes } = await setUp(portal);
  await signOut(portal);
  await fillSignIn(portal, person.username, person.password);
  await portal.getByRole("button", { name: "Use a recovery code" }).click();
  await field(portal, "recoveryCode").fill(recoveryCodes[0] ?? "");
  await portal.getByRole("button", { name: "Sign in" }).click();
  await expect(portal).toHaveURL("/profile");
});
