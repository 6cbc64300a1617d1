import { randomUUID } from "node:crypto";
import { expect, field, signIn, test } from "./fixtures.ts";
import { leaveUndelivered, makePerson, type Person, query } from "./people.ts";

/** Tells somebody of something in the portal. */
const tell = ({ id }: Person, subject: string, path: string | null = null) =>
  query(
    `insert into notifications (id, user_id, event, subject, paragraphs, path)
     values ($1, $2, 'password_changed', $3, '{"Hello Noor,","your password was just changed."}', $4)`,
    [randomUUID(), id, subject, path],
  );

test("the inbox is read, one by one and all at once, and the navigation says how much is left", async ({
  page,
  person,
}) => {
  for (const subject of ["First", "Second", "Third"]) await tell(person, subject);
  await signIn(page, person);
  const link = page.getByRole("navigation", { name: "Portal" }).getByRole("link", { name: /^Notifications/ });
  await expect(link).toContainText("3 unread");
  await link.click();
  await expect(page.getByRole("heading", { name: "Third" })).toBeVisible();
  await page.getByRole("button", { name: "Mark as read: Second" }).click();
  await expect(link).toContainText("2 unread");
  await page.getByRole("link", { name: /^Unread/ }).click();
  await expect(page.getByRole("heading", { name: "Second" })).toBeHidden();
  await expect(page.getByRole("heading", { name: "Third" })).toBeVisible();
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByText("Everything is read", { exact: true })).toBeVisible();
  await expect(link).not.toContainText("unread");
});

test("a choice is saved, and what concerns security is locked with its reason", async ({ portal, person }) => {
  await query("update users set webhook_url = 'https://hooks.example.org' where id = $1", [person.id]);
  await portal.goto("/notifications");
  const reminder = portal.getByRole("checkbox", { name: "Mail: API tokens about to end" });
  await expect(reminder).toBeChecked();
  const locked = portal.getByRole("checkbox", { name: "Mail: Password changed" });
  await expect(locked).toBeChecked();
  await expect(locked).toBeDisabled();
  await expect(locked).toHaveAccessibleDescription(/^Always on\. .{10,}/);
  await expect(portal.getByRole("checkbox", { name: "Webhook: Password changed" })).toBeEnabled();
  await reminder.uncheck();
  await portal.getByRole("button", { name: "Save", exact: true }).click();
  await expect(portal.getByText("Your choice was saved.").first()).toBeVisible();
  await portal.reload();
  await expect(reminder).not.toBeChecked();
  await expect(locked).toBeChecked();
});

test("without a webhook nothing is chosen for it, and what was chosen stays", async ({ portal, person }) => {
  await portal.goto("/notifications");
  const tick = portal.getByRole("checkbox", { name: "Webhook: Password changed" });
  await expect(tick).toBeDisabled();
  await expect(tick).not.toBeChecked();
  await expect(tick).toHaveAccessibleDescription(/You have no webhook/);
  await portal.getByRole("checkbox", { name: "Mail: API tokens about to end" }).uncheck();
  await portal.getByRole("button", { name: "Save", exact: true }).click();
  await expect(portal.getByText("Your choice was saved.").first()).toBeVisible();
  await query("update users set webhook_url = 'https://hooks.example.org' where id = $1", [person.id]);
  await portal.reload();
  await expect(tick).toBeChecked();
});

test("a webhook is set, shows its secret once, is tested and removed", async ({ portal }) => {
  await portal.goto("/notifications");
  await field(portal, "url").fill("https://127.0.0.1/hook");
  await portal.getByRole("button", { name: "Save address" }).click();
  const secret = portal.getByRole("dialog", { name: "Copy your new signing secret" });
  await secret.getByRole("button", { name: "Reveal" }).click();
  await expect(secret.getByRole("textbox")).toHaveValue(/^whsec_[\w+/]{43}=$/);
  await secret.getByRole("button", { name: "I stored it" }).click();
  await portal.getByRole("button", { name: "Send a test" }).click();
  await expect(portal.getByText(/on the public internet/)).toBeVisible();
  await portal.reload();
  await expect(secret).toBeHidden();
  await expect(field(portal, "url")).toHaveValue("https://127.0.0.1/hook");
  await portal.getByRole("button", { name: "Remove webhook" }).click();
  await portal.getByRole("alertdialog").getByRole("button", { name: "Remove webhook" }).click();
  await expect(portal.getByRole("button", { name: "Send a test" })).toBeHidden();
});

test("an administrator sees what could not be delivered, and sends it again", async ({ page }) => {
  const ada = await makePerson({ role: "Administrator" });
  await leaveUndelivered(ada);
  await signIn(page, ada);
  await page.getByRole("link", { name: "Undelivered mail" }).click();
  await expect(page.getByText("550 no such mailbox")).toBeVisible();
  await page.getByRole("button", { name: /^Send again: Out of luck/ }).click();
  await expect(page.getByRole("heading", { name: "Everything was delivered" })).toBeVisible();
});

test("nobody else sees that page", async ({ portal }) => {
  await portal.goto("/profile");
  await expect(portal.getByRole("link", { name: "Undelivered mail" })).toBeHidden();
  const answer = await portal.goto("/undelivered");
  expect(answer?.status()).toBe(403);
});
