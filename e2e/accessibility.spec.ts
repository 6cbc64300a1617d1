import { checkEveryLook, checkTwoLooks } from "./axe.ts";
import { comeIn, test } from "./fixtures.ts";
import { leaveUndelivered, makePerson } from "./people.ts";

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

/** Every page for administrators. A new one belongs here. */
const administration = [
  "/integrations",
  "/integrations?search=nothing+like+it",
  "/integrations/new",
  "/integrations/new?kind=http-header&adapter=gitea",
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
  "/roles",
  "/roles?search=nothing+like+it",
  "/roles/new",
  "/groups",
  "/groups/new",
  "/permissions?what=create:user",
];

/** Another state of a page that is there by itself needs no more than two looks. */
const look = (path: string) => (/\?|used-up|done/.test(path) ? checkTwoLooks : checkEveryLook);

for (const path of outside) {
  test(`axe finds nothing on ${path}`, async ({ page }) => {
    await page.goto(path);
    await look(path)(page);
  });
}

for (const path of administration) {
  test(`axe finds nothing on ${path}`, async ({ page, baseURL }) => {
    const ada = await makePerson({ role: "Administrator" });
    await leaveUndelivered(ada);
    await comeIn(page, ada, baseURL);
    await page.goto(path);
    await look(path)(page);
  });
}

for (const path of inside) {
  test(`axe finds nothing on ${path}`, async ({ portal }) => {
    await portal.goto(path);
    await look(path)(portal);
  });
}
