import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import nodemailer from "nodemailer";
import { z } from "zod";
import type { Db } from "#lib/db/index.ts";
import { env } from "#lib/env.ts";
import { enqueue, type Job } from "./jobs.ts";
import { type LinkOrder, mintLink } from "./links.ts";
import { log } from "./log.ts";

/**
 * One mail to one person, in plain words; HTML is made from the same paragraphs. What waits to be sent never holds a
 * secret: the one in its `link` is made when the mail is sent. `button` is a page of the portal, or what the link opens.
 */
export type Mail = {
  to: string;
  subject: string;
  paragraphs: string[];
  button?: { words: string; path: string };
  link?: LinkOrder;
};

/** Sends what was queued: by SMTP, or as `.eml` files in `DATA_DIR/mail` when there is no `SMTP_URL`. */
export const mailJob: Job<Mail & { id: string }> = { name: "mail", work: send };

/** Queues a mail in the transaction that causes it. The id lets a receiver drop a repeat. */
export const queueMail = (tx: Db, mail: Mail, id: string = randomUUID()) => enqueue(tx, mailJob, { ...mail, id });

const address = z.email();

async function send(mail: Mail & { id: string }): Promise<void> {
  const { id, to, subject } = mail;
  const { hostname } = new URL(env().APP_URL);
  const from = env().MAIL_FROM ?? `Latchkey <no-reply@${hostname}>`;
  const button = await buttonOf(mail);
  const text = `${inText(mail.paragraphs, button)}\n\n-- \nLatchkey, ${env().APP_URL}\n`;
  const message = {
    from,
    to: address.parse(to),
    subject,
    text,
    html: inHtml(mail.paragraphs, button),
    messageId: `<${id}@${hostname}>`,
  };
  await (env().SMTP_URL ? overSmtp(message) : intoFile(id, message));
}

type Button = { words: string; href: string };

/** Where the mail leads: built from `APP_URL` alone (I-11), with a secret made just now when it has a link. */
async function buttonOf({ id, button, link }: Mail & { id: string }): Promise<Button | undefined> {
  if (link) return { words: link.words, href: new URL(await mintLink(id, link), env().APP_URL).href };
  return button && { words: button.words, href: new URL(button.path, env().APP_URL).href };
}

const inText = (paragraphs: string[], button: Button | undefined) =>
  [...paragraphs, ...(button ? [`${button.words}:\n${button.href}`] : [])].join("\n\n");

type Message = nodemailer.SendMailOptions & { to: string };

async function overSmtp(message: Message) {
  const transport = nodemailer.createTransport({
    url: env().SMTP_URL,
    connectionTimeout: 10_000,
    socketTimeout: 20_000,
  });
  await transport.sendMail(message);
  transport.close();
}

async function intoFile(id: string, message: Message) {
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true });
  const { message: bytes } = await transport.sendMail(message);
  const folder = join(env().DATA_DIR, "mail");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, `.${id}`), bytes as Buffer, { mode: 0o600 });
  await rename(join(folder, `.${id}`), join(folder, `${id}.eml`));
  log().info({ to: message.to, subject: message.subject, file: `${id}.eml` }, "mail written");
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

function inHtml(paragraphs: string[], button: Button | undefined): string {
  const written = paragraphs.map((text) => `<p>${escaped(text)}</p>`);
  if (button) written.push(`<p><a href="${escaped(button.href)}">${escaped(button.words)}</a></p>`);
  return written.join("\n");
}
