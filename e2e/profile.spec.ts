import sharp from "sharp";
import { expect, field, refusal, signIn, test } from "./fixtures.ts";
import { makePerson, query } from "./people.ts";

const saved = "Your profile was saved.";

test("a person changes their name and numbers", async ({ portal }) => {
  await portal.goto("/profile");
  await field(portal, "fullName").fill("Noor van der Berg");
  await field(portal, "phone").fill("+31 (20) 794-6000");
  await portal.getByRole("button", { name: "Save" }).click();
  await expect(portal.getByText(saved)).toBeVisible();
  await expect(portal.getByRole("button", { name: /^Your menu/ })).toContainText("Noor van der Berg");
  await portal.reload();
  await expect(field(portal, "fullName")).toHaveValue("Noor van der Berg");
  await expect(field(portal, "phone")).toHaveValue("+31 (20) 794-6000");
});

test("a number that is too short is refused at its field, and nothing typed is lost", async ({ portal }) => {
  await portal.goto("/profile");
  await field(portal, "fullName").fill("Somebody Else");
  await field(portal, "mobilePhone").fill("12 34");
  await portal.getByRole("button", { name: "Save" }).click();
  await expect(refusal(portal)).toContainText("Use at least 10 digits.");
  await expect(field(portal, "mobilePhone")).toBeFocused();
  await expect(field(portal, "mobilePhone")).toHaveAttribute("aria-invalid", "true");
  await expect(field(portal, "fullName")).toHaveValue("Somebody Else");
});

test("a change made elsewhere in the meantime is not overwritten", async ({ portal, person }) => {
  await portal.goto("/profile");
  await query("update users set phone = '0123456789', version = version + 1 where id = $1", [person.id]);
  await field(portal, "fullName").fill("Too Late");
  await portal.getByRole("button", { name: "Save" }).click();
  await expect(refusal(portal)).toContainText("changed in the meantime");
  await refusal(portal).getByRole("link", { name: "Load it as it is now" }).click();
  await expect(field(portal, "phone")).toHaveValue("0123456789");
  await expect(field(portal, "fullName")).toHaveValue(person.fullName);
});

test("two changes in a row are both saved", async ({ portal }) => {
  await portal.goto("/profile");
  for (const name of ["First Name", "Second Name"]) {
    await field(portal, "fullName").fill(name);
    await portal.getByRole("button", { name: "Save" }).click();
    await expect(portal.getByRole("button", { name: /^Your menu/ })).toContainText(name);
  }
});

test("fields an administrator keeps are shown with the reason and cannot be edited", async ({ page }) => {
  await signIn(page, await makePerson({ lockedFields: { phone: "Managed by the staff directory" } }));
  const phone = page.getByLabel("Phone", { exact: true });
  await expect(phone).not.toBeEditable();
  await expect(phone).toHaveAccessibleDescription("Locked by an administrator: Managed by the staff directory");
  await field(page, "fullName").fill("Still Mine");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(saved)).toBeVisible();
});

test("account, roles and dates are shown, dates in the reader's own way", async ({ browser, person }) => {
  const context = await browser.newContext({ locale: "de-DE", timezoneId: "Europe/Berlin" });
  const page = await context.newPage();
  await signIn(page, person);
  const card = page.getByRole("region", { name: "Membership and roles" });
  await expect(card).toContainText(`Harbour Logistics · ${person.accountId}`);
  await expect(card).toContainText("Member");
  const style = { day: "numeric", month: "short", year: "numeric", timeZone: "Europe/Berlin" } as const;
  const today = new Intl.DateTimeFormat("de-DE", style).format();
  await expect(card).toContainText(today);
  await context.close();
});

test("a person chooses their time zone, and another than exists is not offered", async ({ portal, person }) => {
  await portal.goto("/profile");
  await expect(field(portal, "timeZone")).toHaveValue("UTC");
  await field(portal, "timeZone").selectOption({ label: "America/New York" });
  await portal.getByRole("button", { name: "Save" }).click();
  await expect(portal.getByText(saved)).toBeVisible();
  await expect(field(portal, "timeZone")).toHaveValue("America/New_York");
  expect(await query("select time_zone from users where id = $1", [person.id])).toEqual([
    { time_zone: "America/New_York" },
  ]);
  await portal.reload();
  await expect(field(portal, "timeZone")).toHaveValue("America/New_York");
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "a picture, with scripts" : "a picture, without scripts", () => {
    test.use({ javaScriptEnabled });

    test("is uploaded, loses what it told of its maker, and is removed", async ({ portal, person }) => {
      await portal.goto("/profile");
      const initials = portal.getByRole("region", { name: "Picture" }).getByText("NH");
      await expect(initials).toBeVisible();
      await field(portal, "picture").setInputFiles({ name: "me.jpg", mimeType: "image/jpeg", buffer: await photo() });
      await portal.getByRole("button", { name: "Upload" }).click();
      await expect(portal.getByRole("button", { name: "Remove picture" })).toBeVisible();

      const [row] = await query("select content from pictures where user_id = $1", [person.id]);
      const { format, width, height, exif } = await sharp(row?.content as Buffer).metadata();
      expect({ format, width, height, exif }).toEqual({ format: "webp", width: 256, height: 256, exif: undefined });
      const source = await portal.locator("#picture img").getAttribute("src");
      expect((await portal.request.get(source ?? "")).headers()["content-type"]).toBe("image/webp");

      await portal.getByRole("button", { name: "Remove picture" }).click();
      await expect(initials).toBeVisible();
      await expect(portal.getByRole("button", { name: "Remove picture" })).toBeHidden();
    });
  });
}

test("a phone's photo, too large for the server, is made smaller in the browser and stays upright", async ({
  portal,
  person,
}) => {
  // Wider than the server takes, full of noise, and red where its top is once it is turned.
  const noise = { width: 4400, height: 1200, channels: 3, noise: { type: "gaussian", mean: 60, sigma: 60 } } as const;
  const top = { width: 1900, height: 1200, channels: 3, background: "#f00" } as const;
  const taken = sharp({ create: { ...noise, background: "#000" } })
    .composite([{ input: { create: top }, left: 0, top: 0 }])
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 98 });
  const buffer = await taken.toBuffer();
  expect(buffer.length).toBeGreaterThan(3 * 1024 * 1024);
  await portal.goto("/profile");
  await field(portal, "picture").setInputFiles({ name: "IMG_0815.jpg", mimeType: "image/jpeg", buffer });
  await portal.getByRole("button", { name: "Upload" }).click();
  await expect(portal.getByText("Your picture was saved.")).toBeVisible();
  const [row] = await query("select content from pictures where user_id = $1", [person.id]);
  const strip = async (at: object) => {
    const cut = sharp(row?.content as Buffer).extract({ width: 256, height: 40, left: 0, top: 0, ...at });
    return sharp(await cut.toBuffer()).stats();
  };
  const [above, below] = [await strip({}), await strip({ top: 216 })];
  expect(above.channels[0]?.mean).toBeGreaterThan(200);
  expect(below.channels[0]?.mean).toBeLessThan(150);
});

test("a picture that is none is refused at its field", async ({ portal }) => {
  await portal.goto("/profile");
  const buffer = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>");
  await field(portal, "picture").setInputFiles({ name: "me.png", mimeType: "image/png", buffer });
  await portal.getByRole("button", { name: "Upload" }).click();
  await expect(refusal(portal)).toContainText("Choose a");
});

test("a picture is shown before it is sent", async ({ portal }) => {
  await portal.goto("/profile");
  await field(portal, "picture").setInputFiles({ name: "me.jpg", mimeType: "image/jpeg", buffer: await photo() });
  await expect(portal.locator("#picture img")).toHaveAttribute("src", /^blob:/);
});

test("a file of more than 2 MB that is no picture is refused before it is sent", async ({ portal }) => {
  await portal.goto("/profile");
  const buffer = Buffer.alloc(2 * 1024 * 1024 + 1);
  await field(portal, "picture").setInputFiles({ name: "me.jpg", mimeType: "image/jpeg", buffer });
  await portal.getByRole("button", { name: "Upload" }).click();
  await expect(refusal(portal)).toContainText("too large to send as it is");
});

function photo() {
  return sharp({ create: { width: 600, height: 400, channels: 3, background: "#486" } })
    .withExif({ IFD0: { Artist: "A secret name" } })
    .jpeg()
    .toBuffer();
}
