import type { Page } from "@playwright/test";
import { generateSync } from "otplib";
import { expect, field } from "./fixtures.ts";

/** What an app with this key shows; a later step than now where the present one is used up. */
export const codeOf = (secret: string, later = 0) =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + 30 * later });

/** Begins to set up an app with the button of this name; its key as it stands on the page. */
export async function beginSetup(page: Page, name: string): Promise<string> {
  await page.getByRole("button", { name, exact: true }).click();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  return ((await page.locator("p.font-mono").textContent()) ?? "").replaceAll(" ", "");
}

/** Types a code where it sends itself. */
export const typeCode = (page: Page, code: string) => field(page, "code").fill(code);

/** Sets up an app from the page, as somebody would; its key and the recovery codes. */
export async function setUp(page: Page) {
  await page.goto("/mfa");
  const secret = await beginSetup(page, "Set up an app");
  await typeCode(page, codeOf(secret));
  return { secret, recoveryCodes: await shownCodes(page) };
}

/** The new recovery codes as the page shows them. */
export async function shownCodes(page: Page): Promise<string[]> {
  const codes = page.getByRole("listitem").filter({ hasText: /^\s?\d+\. [\w-]{19}$/ });
  await expect(codes).toHaveCount(10);
  return (await codes.allInnerTexts()).map((line) => line.trim().split(" ")[1] ?? "");
}

/** Says that the new codes are kept, and goes on. */
export async function keepCodes(page: Page) {
  await page.getByRole("checkbox", { name: /I keep these codes/ }).check();
  await page.getByRole("link", { name: "Done" }).click();
}

/** Forgets the session and the device, and goes to the sign-in page. */
export async function signOut(page: Page) {
  await page.context().clearCookies();
  await page.goto("/sign-in");
}
