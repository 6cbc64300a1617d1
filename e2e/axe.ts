import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

/** Expects that axe finds nothing on a page as it stands, and that it does not scroll sideways. */
export async function check(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target.join(" "))])).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

const widths = [1280, 360];

/** The same in light and dark, on a desk and on a phone. Without motion, so that no colour is on its way to another. */
export async function checkEveryLook(page: Page) {
  // Four looks are four runs of axe, seconds each on a busy machine.
  test.setTimeout(180_000);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      await test.step(`${colorScheme}, ${width} pixels wide`, () => check(page));
    }
  }
}
