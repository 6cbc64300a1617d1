import { expect } from "@playwright/test";
import { comeIn, test } from "./fixtures.ts";
import { makePerson, query } from "./people.ts";

test("an administrator makes a gateway, which asks about tokens until it is deleted", async ({
  page,
  baseURL,
  request,
}) => {
  const ada = await makePerson({ role: "Administrator" });
  await comeIn(page, ada, baseURL);
  await page.goto("/gateways");
  await page.getByLabel("Name").fill("api.example.com");
  await page.getByRole("button", { name: "Make gateway" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Reveal" }).click();
  const credential = await dialog.getByRole("textbox").inputValue();
  expect(credential).toMatch(/^[0-9a-f-]{36}:lk_gtw_\w{49}$/);
  const asks = () =>
    request.post("/oauth2/introspect", {
      headers: { authorization: `Basic ${Buffer.from(credential).toString("base64")}` },
      form: { token: "nonsense" },
    });
  expect(await (await asks()).json()).toEqual({ active: false });
  await page.reload();
  await expect(page.getByText(credential.slice(-4))).toBeVisible();
  await page.getByRole("button", { name: "Delete… api.example.com" }).click();
  await page.getByRole("button", { name: "Delete gateway" }).click();
  await expect(page.getByText("No gateways yet")).toBeVisible();
  expect((await asks()).status()).toBe(401);
});

test("who may only look is offered nothing to change, of gateways as of integrations", async ({ page, baseURL }) => {
  const reader = await makePerson({ role: "Read Only" });
  await query(
    "insert into gateways (account_id, name, secret_hash, last_four) values ($1, 'api.example.com', sha256($1::text::bytea), 'x3Fq')",
    [reader.accountId],
  );
  const [system] = await query(
    `insert into integrations (account_id, name, kind, base_url, mode, adapter, adapter_url)
     values ($1, 'Registry', 'http-bearer', 'https://api.example.com/', 'automatic', 'hook', 'https://hooks.example.com/') returning id`,
    [reader.accountId],
  );
  await comeIn(page, reader, baseURL);
  const main = page.getByRole("main");
  const changes = main.getByRole("button", { name: /make|new|delete|remove|save|change|add/i });
  for (const [path, shown] of [
    ["/gateways", "api.example.com"],
    ["/integrations", "Registry"],
    [`/integrations/${system?.id}`, "https://hooks.example.com/"],
  ]) {
    await page.goto(String(path));
    await expect(main).toContainText(String(shown));
    await expect(changes).toHaveCount(0);
    await expect(main.getByRole("link", { name: /new|add/i })).toHaveCount(0);
  }
});
