import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import nodemailer from "nodemailer";
import { z } from "zod";
import type { Db } from "#lib/db/index.ts";
import { env } from "#lib/env.ts";
import { enqueue, type Job } from "./jobs.ts";
import { log } from "./log.ts";

/** One mail to one person, in plain words; HTML is made from the same paragraphs. Never holds a secret. */
export type Mail = { to: string; subject: string; paragraphs: string[] };

/** Sends what was queued: by SMTP, or as `.eml` files in `DATA_DIR/mail` when there is no `SMTP_URL`. */
export const mailJob: Job<Mail & { id: string }> = { name: "mail", work: send };

/** Queues a mail in the transaction that causes it. The id lets a receiver drop a repeat. */
export const queueMail = (tx: Db, mail: Mail) => enqueue(tx, mailJob, { ...mail, id: randomUUID() });

const address = z.email();

async function send({ id, to, subject, paragraphs }: Mail & { id: string }): Promise<void> {
  const { hostname } = new URL(env().APP_URL);
  const from = env().MAIL_FROM ?? `Latchkey <no-reply@${hostname}>`;
  const text = `${paragraphs.join("\n\n")}\n\n-- \nLatchkey, ${env().APP_URL}\n`;
  const message = {
    from,
    to: address.parse(to),
    subject,
    text,
    html: html(paragraphs),
    messageId: `<${id}@${hostname}>`,
  };
  await (env().SMTP_URL ? overSmtp(message) : intoFile(id, message));
}

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
const html = (paragraphs: string[]) => paragraphs.map((text) => `<p>${escaped(text)}</p>`).join("\n");
