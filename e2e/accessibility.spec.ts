import { expect, type Page } from "@playwright/test";
import { checkLooks, checkOneLook } from "./axe.ts";
import { comeIn, test } from "./fixtures.ts";
import { leaveToken, leaveUndelivered, makePerson } from "./people.ts";

/** Every page a stranger can see. A new one belongs here. */
const outside = [
  "/sign-in",
  "/sign-in?signed-out",
  "/sign-in?return_to=%2Fpassword",
  "/forgot-password",
  "/forgot-password?sessions-ended",
  "/reset-password/used-up",
  "/reset-password/done",
  "/confirm-email/used-up",
  "/confirm-email/done",
  "/undo-email-change/used-up",
  "/keep-account/used-up",
  "/keep-account/done",
  "/deletion-requested",
  "/not-me/used-up",
  "/invitation/used-up",
  "/invitation/done",
  "/setup",
  "/no-such-page",
];

/** Every page of somebody who is signed in. A new one belongs here. */
const inside = [
  "/profile",
  "/secure-account",
  "/delete-account",
  "/password",
  "/mfa",
  "/recovery-codes",
  "/passkeys",
  "/sessions",
  "/tokens",
  "/tokens?state=inactive",
  "/tokens/new",
  "/access-keys",
  "/credentials",
  "/credentials?search=nothing+like+it",
  "/credentials/new",
  "/notifications",
  "/notifications?state=unread",
  "/security-log",
  "/security-log?search=nothing+like+it",
];

/** Every page for administrators, whose own id is `{own}`. A new one belongs here. */
const administration = [
  "/integrations",
  "/integrations?search=nothing+like+it",
  "/integrations/new",
  "/integrations/new?kind=http-bearer&adapter=gitea",
  "/integrations/new?kind=http-header",
  "/integrations/new?kind=smtp&adapter=gitea",
  "/accounts",
  "/accounts?search=nothing+like+it",
  "/accounts/new",
  "/undelivered",
  "/audit",
  "/audit?action=nothing_like_it",
  "/users",
  "/users?search=nothing+like+it",
  "/users/new",
  "/users/import",
  "/users/bulk?action=add_to_group&userIds={own}",
  "/roles",
  "/roles?search=nothing+like+it",
  "/roles/new",
  "/groups",
  "/groups/new",
  "/api-users",
  "/api-users?search=nothing+like+it",
  "/api-users/new",
  "/api-users/settings",
  "/gateways",
  "/permissions?what=create:user",
];

/** Pages of one visit: coming in costs as much as looking at a page. */
const visits = (paths: string[]) =>
  Array.from({ length: Math.ceil(paths.length / 5) }, (_, visit) => paths.slice(visit * 5, visit * 5 + 5));

/** Is it another state of a page that stands by itself? */
const isState = (path: string) => /\?|used-up|done/.test(path);

async function checkEach(page: Page, paths: string[]) {
  for (const path of paths) {
    await page.goto(path);
    await test.step(path, () => (isState(path) ? checkOneLook(page) : checkLooks(page)));
  }
}

for (const paths of visits(outside)) {
  test(`axe finds nothing for a stranger on ${paths.join(", ")}`, ({ page }) => checkEach(page, paths));
}

for (const paths of visits(administration)) {
  test(`axe finds nothing for an administrator on ${paths.join(", ")}`, async ({ page, baseURL }) => {
    const ada = await makePerson({ role: "Administrator" });
    await leaveUndelivered(ada);
    await comeIn(page, ada, baseURL);
    await checkEach(
      page,
      paths.map((path) => path.replace("{own}", ada.id)),
    );
  });
}

for (const paths of visits(inside)) {
  test(`axe finds nothing for a member on ${paths.join(", ")}`, ({ portal }) => checkEach(portal, paths));
}

test("axe finds nothing on the page that shows every component", async ({ page }) => {
  await page.goto("/kit");
  await expect(page.getByRole("heading", { name: "Components", level: 1 })).toBeVisible();
  await checkLooks(page);
});

test("axe finds nothing on a token's page, nor where several are revoked", async ({ portal, person }) => {
  const id = await leaveToken(person);
  await checkEach(portal, [`/tokens/${id}`, `/tokens/revoke?id=${id}`]);
});
