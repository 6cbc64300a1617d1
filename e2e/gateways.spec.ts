import { expect } from "@playwright/test";
import { comeIn, test } from "./fixtures.ts";
import { makePerson } from "./people.ts";

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
