import { test as base, expect, type Page } from "@playwright/test";
import { makePerson, openSession, type Person } from "./people.ts";

type Fixtures = {
  /** A person of this test's own. */
  person: Person;
  /** An empty page on which `person` is signed in without the sign-in page, which has stories of its own. */
  portal: Page;
  /** Fails the test when a page broke one of its own rules in the browser. */
  quietBrowser: undefined;
};

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures off the pattern
  person: async ({}, use) => use(await makePerson()),
  portal: async ({ page, person, baseURL }, use) => {
    await comeIn(page, person, baseURL);
    await use(page);
  },
  quietBrowser: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      context.on("weberror", (error) => complaints.push(error.error().message));
      context.on("console", (message) => {
        const text = message.text();
        // The recorder of traces reads previews by their blob: address, which pages do not.
        const isRecorder = text.startsWith("Connecting to 'blob:");
        if (/Content Security Policy|hydrat/i.test(text) && !isRecorder) complaints.push(text);
      });
      await use(undefined);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Signs somebody in without the sign-in page. */
export async function comeIn(page: Page, person: Person, url = "") {
  await page.context().addCookies([{ ...(await openSession(person)), url }]);
}

/** Goes through the sign-in page, from wherever it was come to. */
export async function signIn(page: Page, { username, password }: { username: string; password: string }) {
  if (!page.url().includes("/sign-in")) await page.goto("/sign-in");
  await fillSignIn(page, username, password);
  await expect(page).not.toHaveURL(/\/sign-in/);
}

/** Fills the sign-in form and sends it. */
export async function fillSignIn(page: Page, login: string, password: string) {
  await field(page, "login").fill(login);
  await field(page, "password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** The control of a form by the name it is sent under: labels are tested for by axe and by eye. */
export const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);

/** What a form says when it was refused. */
export const refusal = (page: Page) => page.locator("[data-summary]");
