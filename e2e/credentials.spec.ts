import type { Page } from "@playwright/test";
import { check } from "./axe.ts";
import { comeIn, expect, field, refusal, test } from "./fixtures.ts";
import { makePerson, type Person, query } from "./people.ts";

test("an administrator adds a system, and keeps a secret and an SSH key for what they open", async ({
  page,
  baseURL,
}) => {
  await comeIn(page, await makePerson({ role: "Administrator" }), baseURL);

  await page.goto("/integrations/new");
  await field(page, "kind").selectOption("http-bearer");
  await page.getByRole("button", { name: "Continue" }).click();
  await field(page, "name").fill("Reports");
  await field(page, "baseUrl").fill("ftp://reports.example.com");
  await page.getByRole("button", { name: "Add integration" }).click();
  await expect(page.locator("[data-summary]")).toContainText("write an address that begins with https://");
  await field(page, "baseUrl").fill("https://127.0.0.1/reports");
  await page.getByRole("button", { name: "Add integration" }).click();
  await expect(page.getByText("The system is added.")).toBeVisible();
  await check(page);

  await page.goto("/credentials/new");
  await page.getByRole("link", { name: "Reports" }).click();
  await field(page, "name").fill("nightly report");
  await field(page, "secret").fill("s3cret-of-reports");
  await page.getByRole("button", { name: "Keep it" }).click();
  await expect(page.getByText("It is kept.")).toBeVisible();
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByText("Not reachable").first()).toBeVisible();
  await expect(page.getByRole("banner").or(page.locator("header")).getByText("Not reachable")).toBeVisible();
  await expect(page.getByText("Ready", { exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Show the secret" }).click();
  await expect(page.getByRole("textbox", { name: "Secret of nightly report" })).toHaveValue("s3cret-of-reports");
  await check(page);

  await page.reload();
  await expect(page.getByRole("textbox", { name: "Secret of nightly report" })).toHaveCount(0);
  await expect(page.getByRole("table", { name: "Who has read the secret" })).toContainText("You, in the portal");
  await page.getByRole("button", { name: "Delete credential…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete credential" }).click();
  await expect(page.getByText("The credential is deleted here.")).toBeVisible();
});

test("an SSH key is made without scripts, and its public half shown", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await comeIn(page, await makePerson({ role: "Administrator" }), baseURL);
  await page.goto("/integrations/new?kind=git-ssh");
  await field(page, "name").fill("Git server");
  await field(page, "baseUrl").fill("ssh://git@git.example.com/app.git");
  await page.getByRole("button", { name: "Add integration" }).click();
  await page.goto("/credentials/new");
  await page.getByRole("link", { name: "Git server" }).click();
  await field(page, "name").fill("laptop");
  await page.getByRole("button", { name: "Keep it" }).click();
  await expect(page.getByText(/^ssh-ed25519 AAAA/)).toBeVisible();
  await context.close();
});

/** A system as it stands in the database, and what it was given besides; its id. */
async function leaveSystem({ accountId }: Person, more: Record<string, unknown>): Promise<string> {
  const row = { account_id: accountId, kind: "git-https", base_url: "https://git.example.com/", ...more };
  const places = Object.keys(row).map((_, at) => `$${at + 1}`);
  const [made] = await query(
    `insert into integrations (${Object.keys(row)}) values (${places}) returning id`,
    Object.values(row),
  );
  return String(made?.id);
}

const hook = { mode: "automatic", adapter: "hook", adapter_url: "https://127.0.0.1/hook" };

/** Reads the new signing secret that is shown, and puts it away. */
async function shownSecret(page: Page): Promise<string> {
  const shown = page.getByRole("dialog", { name: "Copy your new signing secret" });
  await shown.getByRole("button", { name: /^Reveal/ }).click();
  const secret = await shown.getByRole("textbox").inputValue();
  await shown.getByRole("button", { name: "I stored it" }).click();
  return secret;
}

test("a hook changes over to a new signing secret, and what is in trouble is tried again", async ({
  page,
  baseURL,
}) => {
  const ada = await makePerson({ role: "Administrator" });
  await comeIn(page, ada, baseURL);
  await page.goto("/integrations/new?kind=git-https&adapter=hook");
  await field(page, "name").fill("Harbour Git");
  await field(page, "baseUrl").fill("https://git.example.com/");
  await field(page, "adapterUrl").fill(hook.adapter_url);
  await page.getByRole("button", { name: "Add integration" }).click();
  const first = await shownSecret(page);

  await page.getByRole("button", { name: "Make a new signing secret…" }).click();
  const question = page.getByRole("alertdialog", { name: "Make a new signing secret?" });
  await expect(question).toContainText("stays good beside it until you end it");
  await question.getByRole("button", { name: "Make a new one" }).click();
  expect(await shownSecret(page)).not.toBe(first);
  const twice = page.getByText("Calls are signed with the new secret and the former one");
  await expect(twice).toBeVisible();
  await page.getByRole("button", { name: "End the former secret…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "End the former secret" }).click();
  await expect(twice).toHaveCount(0);
  const [system] = await query("select id, sealed_former_secret from integrations where account_id = $1", [
    ada.accountId,
  ]);
  expect(system?.sealed_former_secret).toBeNull();

  const kept = () => query("select id, trouble from service_credentials where integration_id = $1", [system?.id]);
  await expect.poll(async () => (await kept())[0]?.trouble).toContain("public internet");
  const asked = async () => {
    const [{ id } = {}] = await kept();
    return (await query("select id from jobs.job where data->>'credentialId' = $1", [id])).length;
  };
  const before = await asked();
  await page.reload();
  await expect(page.getByRole("region", { name: "In trouble" })).toContainText("Not made: ");
  await page.getByRole("button", { name: "Try again now" }).click();
  await expect(page.getByText("All of it is tried again now.").first()).toBeVisible();
  expect(await asked()).toBeGreaterThan(before);
  await check(page);
});

test("a paused hook goes on with a new secret, once an administrator of the account has seen its address as it is", async ({
  browser,
  page,
  baseURL,
}) => {
  const [ada, outsider] = [await makePerson({ role: "Administrator" }), await makePerson({ role: "Administrator" })];
  await query(
    "insert into account_relations (kind, managing_id, managed_id, rights) values ('managed', $1, $2, '{*:managed:*:*}')",
    [outsider.accountId, ada.accountId],
  );
  const id = await leaveSystem(ada, { ...hook, name: "Harbour Git", adapter_secret_from: "" });
  const standing = async () => {
    const [system] = await query("select adapter_secret_from from integrations where id = $1", [id]);
    return system?.adapter_secret_from;
  };

  const other = await (await browser.newContext({ baseURL })).newPage();
  await comeIn(other, outsider, baseURL);
  await other.goto(`/integrations/${id}?account=${ada.accountId}`);
  await expect(other.getByText("once an administrator of this account itself has looked")).toBeVisible();
  await expect(other.getByRole("button", { name: "Make a new signing secret…" })).toHaveCount(0);
  await other.context().close();

  await comeIn(page, ada, baseURL);
  await page.goto("/integrations");
  await expect(page.getByRole("row", { name: /Harbour Git/ })).toContainText("Paused");
  await page.getByRole("link", { name: "Harbour Git" }).click();
  await check(page);
  await page.getByRole("link", { name: "make a new signing secret" }).click();
  const make = async (address: string) => {
    await page.getByRole("button", { name: "Make a new signing secret…" }).click();
    const question = page.getByRole("alertdialog", { name: "Make a new signing secret?" });
    await expect(question).toContainText(`sent to ${address} from then on`);
    await expect(question.getByRole("checkbox")).toHaveCount(0);
    await question.getByRole("button", { name: "Make a new one" }).click();
  };
  await query("update integrations set adapter_url = $2, version = version + 1 where id = $1", [
    id,
    "https://127.0.0.1/theirs",
  ]);
  await make("https://127.0.0.1/hook");
  await expect(refusal(page)).toBeFocused();
  expect(await standing()).toBe("");
  await refusal(page).getByRole("link", { name: "Load it as it is now" }).click();
  await make("https://127.0.0.1/theirs");
  expect(await shownSecret(page)).toMatch(/^whsec_/);
  await expect(page.getByText("Its hook is paused")).toHaveCount(0);
  expect(await standing()).toBe(ada.accountId);
});

test("another host key that an SSH server shows is accepted by name", async ({ page, baseURL }) => {
  const ada = await makePerson({ role: "Administrator" });
  const keys = { host_key: "SHA256:uNiVztksCsDhcc0u9e8B", offered_host_key: "SHA256:p2QAMXNIC1TJYWeIOttr" };
  const id = await leaveSystem(ada, {
    ...keys,
    kind: "git-ssh",
    name: "Git server",
    base_url: "ssh://git@example.com/",
  });
  await comeIn(page, ada, baseURL);
  await page.goto(`/integrations/${id}`);
  await check(page);
  await page.getByRole("button", { name: "Accept the new key…" }).click();
  const question = page.getByRole("alertdialog", { name: "Is this Git server?" });
  await expect(question).toContainText(keys.offered_host_key);
  await question.getByRole("button", { name: "Accept the new key" }).click();
  await expect(page.getByText("The server is known by its new key.").first()).toBeVisible();
  await expect(page.getByText("The server has shown another host key")).toHaveCount(0);
  const known = await query("select host_key, offered_host_key from integrations where id = $1", [id]);
  expect(known).toEqual([{ host_key: keys.offered_host_key, offered_host_key: null }]);
});
