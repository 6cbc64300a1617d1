import { expect, field, test } from "./fixtures.ts";
import { type Person, query } from "./people.ts";

/** Tokens that were used, so that revoking them breaks something. */
const makeTokens = ({ id, accountId }: Person, names: string[]) =>
  query(
    `insert into tokens (user_id, account_id, name, scopes, secret_hash, last_four, expires_at, last_used_at, last_used_agent)
     select $1::uuid, $2, name, '{Tasks}', sha256(convert_to($2 || name, 'UTF8')), 'x3Fq', now() + interval '200 days',
       now() - interval '2 hours', 'curl/8.5.0'
     from unnest($3::text[]) as name`,
    [id, accountId, names],
  );

test.describe("with a clipboard", () => {
  test.use({ permissions: ["clipboard-read", "clipboard-write"] });

  test("a token is bound to one's own address, and what it is refused stands on its page", async ({
    portal,
    request,
  }) => {
    await portal.goto("/tokens/new");
    await field(portal, "name").fill("nightly");
    await portal.getByRole("checkbox", { name: "profile:read", exact: true }).check();
    await portal.getByRole("button", { name: "Add my address" }).click();
    await expect(field(portal, "allowedAddresses")).toHaveValue("127.0.0.1");
    await portal.getByRole("button", { name: "Create token" }).click();
    const reveal = portal.getByRole("dialog", { name: "Copy your new token" });
    await reveal.getByRole("button", { name: "Copy token and close" }).click();
    await expect(portal).toHaveURL("/tokens");
    const secret = await portal.evaluate(() => navigator.clipboard.readText());
    const use = async () =>
      (await request.get("/api/v1/me", { headers: { authorization: `Bearer ${secret}` } })).status();
    expect(await use()).toBe(200);

    await portal.getByRole("link", { name: "nightly" }).click();
    await field(portal, "allowedAddresses").fill("198.51.100.5/24");
    await portal.getByRole("button", { name: "Set limits" }).click();
    await expect(portal.locator("[data-summary]")).toContainText("write 198.51.100.0/24");
    await field(portal, "allowedAddresses").fill("198.51.100.0/24");
    await portal.getByRole("button", { name: "Set limits" }).click();
    await expect(portal.getByText("Saved", { exact: true })).toBeVisible();
    expect(await use()).toBe(403);
    await expect(async () => {
      await portal.reload();
      await expect(portal.getByRole("region", { name: "Usage" })).toContainText("Address not allowed", {
        timeout: 500,
      });
    }).toPass({ timeout: 20_000 });
    await expect(portal.getByRole("region", { name: "Usage" })).toContainText("from 127.0.0.1");
  });
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("several tokens are revoked, after a page that says what stops", async ({ portal, person }) => {
      await makeTokens(person, ["export", "deploy", "demo"]);
      await portal.goto("/tokens");
      const revoke = portal.getByRole("button", { name: "Revoke…" });
      await expect(revoke).toBeHidden();
      for (const name of ["export", "demo"]) await portal.getByRole("checkbox", { name: `Choose ${name}` }).check();
      await revoke.click();
      await expect(portal.getByRole("heading", { level: 1 })).toHaveText("Revoke 2 tokens?");
      await expect(portal.getByText(/Used .+ by curl/)).toHaveCount(2);
      await portal.getByRole("textbox").fill("revoke 2 tokens");
      await portal.getByRole("button", { name: "Revoke 2 tokens" }).click();
      await expect(portal).toHaveURL("/tokens?state=inactive");
      await expect(portal.getByRole("rowheader")).toHaveCount(2);
    });
  });
}
