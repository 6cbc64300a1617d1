import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";
import { expect } from "./fixtures.ts";

const folder = () => join(process.env.E2E_DATA_DIR ?? "", "mail");

/** The mails to an address, oldest first, as the portal under test wrote them. */
export async function mailsTo(address: string): Promise<Email[]> {
  const files = (await readdir(folder()).catch(() => [])).filter((file) => /^[^.].*\.eml$/.test(file));
  const mails = await Promise.all(files.map((file) => readMail(join(folder(), file))));
  return mails
    .filter(({ mail }) => mail.to?.some((to) => to.address === address))
    .toSorted((a, b) => a.at - b.at)
    .map(({ mail }) => mail);
}

async function readMail(file: string) {
  return { at: (await stat(file)).mtimeMs, mail: await PostalMime.parse(await readFile(file)) };
}

/** Waits for a mail of this subject; the path on the portal that it leads to. */
export async function mailedPath(address: string, subject: string | RegExp): Promise<string> {
  let text = "";
  await expect(async () => {
    const mail = (await mailsTo(address)).findLast((one) => fits(one.subject ?? "", subject));
    expect(mail, String(subject)).toBeDefined();
    text = mail?.text ?? "";
  }).toPass({ timeout: 20_000 });
  const [link = ""] = /^https?:\/\/\S+$/m.exec(text) ?? [];
  return new URL(link).pathname;
}

const fits = (given: string, wanted: string | RegExp) =>
  typeof wanted === "string" ? given === wanted : wanted.test(given);
