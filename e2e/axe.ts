import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import axe from "axe-core";

/** Expects that axe finds nothing on a page as it stands, and that it does not scroll sideways. */
export async function check(page: Page) {
  await settled(page);
  await loadAxe(page);
  // No page of ours has a frame, and without one there is nothing for axe to put together on a page of its own.
  const builder = new AxeBuilder({ page, axeSource: "void 0" }).setLegacyMode(true);
  const { violations } = await builder.options({ resultTypes: ["violations"] }).analyze();
  const found = violations.map(({ id, nodes }) => [
    id,
    ...nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
  ]);
  expect(found).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

/**
 * Loads axe once for a look: by itself, the builder loads its 600 kB twice. Anew for each, for it remembers colours.
 */
async function loadAxe(page: Page) {
  await page.evaluate(axe.source);
}

/** Waits until what was set is drawn and no colour is on its way to another. */
const settled = (page: Page) =>
  page.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await drawn();
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    await drawn();
  });

type Look = { colorScheme: "light" | "dark"; width: number };

/** Each scheme and each width once: no colour depends on the width. */
const looks: Look[] = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 360 },
];

/** The same on a desk by day and on a phone by night, without motion. */
export const checkLooks = (page: Page) => checkIn(page, looks);

/** The same on a phone by night alone: for another state of a page that is looked at. */
export const checkOneLook = (page: Page) => checkIn(page, looks.slice(1));

async function checkIn(page: Page, looks: Look[]) {
  // Each is a run of axe, seconds on a busy machine.
  test.setTimeout(180_000);
  for (const { colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 800 });
    await test.step(`${colorScheme}, ${width} pixels wide`, () => check(page));
  }
}
