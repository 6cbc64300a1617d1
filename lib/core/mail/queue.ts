import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import nodemailer, { type SendMailOptions } from "nodemailer";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { env } from "#lib/env.ts";
import { email } from "../fields.ts";
import { enqueue, type Job } from "../jobs.ts";
import { type LinkOrder, mintLink } from "../links.ts";
import { log } from "../log.ts";
import { inHtml, inText } from "./body.ts";
import { countMail } from "./quota.ts";

/**
 * One mail to one person, in plain words; HTML is made from the same paragraphs. What waits to be sent never holds a
 * secret: the one in its `link` is made when the mail is sent. `button` is a page of the portal, or what the link
 * opens; `footer` says why the mail came. `countedFor` is the account by whose doing it goes to an address that its
 * person has not proven, under which it counts; null for one that they have proven. `userId` is whom it concerns: their
 * administrators see it when it cannot be delivered.
 */
export type Mail = {
  to: string;
  countedFor: string | null;
  userId?: string;
  subject: string;
  paragraphs: string[];
  button?: { words: string; path: string };
  link?: LinkOrder;
  footer?: { words: string; path?: string };
};

/** Where mails and notices end up that could not be delivered, after five to six hours of trying. */
export const undelivered = "undelivered";

/** Sends what was queued: by SMTP, or as `.eml` files in `DATA_DIR/mail` when there is no `SMTP_URL`. */
export const mailJob: Job<QueuedMail> = {
  name: "mail",
  deadLetter: undelivered,
  turns: { all: 20, part: 2 },
  work: send,
};

/** A mail in the queue; `accountId` is whose turn it takes: of whom it counts for, or else of its person. */
type QueuedMail = Mail & { id: string; accountId?: string };

/**
 * Queues a mail in the transaction that causes it. The id lets a receiver drop a repeat. Refuses `too_many_requests`,
 * with the time, what would flood an address that is not proven.
 */
export async function queueMail(tx: Db, mail: Mail, id: string = randomUUID()): Promise<void> {
  if (mail.countedFor !== null) await countMail(tx, mail.to, mail.countedFor);
  const userId = mail.userId ?? mail.link?.userId;
  const accountId = mail.countedFor ?? (userId && (await accountOf(tx, userId)));
  await enqueue<QueuedMail>(tx, mailJob, { ...mail, userId, id, accountId }, id);
}

async function accountOf(tx: Db, userId: string): Promise<string | undefined> {
  const { id, accountId } = users;
  const [user] = await tx.select({ accountId }).from(users).where(eq(id, userId));
  return user?.accountId;
}

async function send(mail: QueuedMail): Promise<void> {
  const { id, to, subject, paragraphs, link } = mail;
  const appUrl = env().APP_URL;
  const { hostname } = new URL(appUrl);
  const button = link ? await linkButton(id, link) : pageButton(mail);
  // Whose link it would hold is gone: there is nobody to write to, however often it were tried.
  if (link && !button) return;
  const body = { subject, paragraphs, appUrl, footer: footerOf(mail), button };
  const message = {
    from: env().MAIL_FROM ?? `Latchkey <no-reply@${hostname}>`,
    to: { name: "", address: email.parse(to) },
    subject,
    text: inText(body),
    html: inHtml(body),
    messageId: `<${id}@${hostname}>`,
    // RFC 3834: nobody's holiday note should answer.
    headers: { "auto-submitted": "auto-generated" },
  };
  await (env().SMTP_URL ? overSmtp(message) : intoFile(id, message));
}

type Button = { words: string; href: string };

/** What a link opens: built from `APP_URL` alone (I-11), with a secret made just now. */
async function linkButton(mailId: string, link: LinkOrder): Promise<Button | undefined> {
  const path = await mintLink(mailId, link);
  return path === undefined ? undefined : { words: link.words, href: new URL(path, env().APP_URL).href };
}

const pageButton = ({ button }: Mail): Button | undefined =>
  button && { words: button.words, href: new URL(button.path, env().APP_URL).href };

const footerOf = ({ footer }: Mail) =>
  footer && { words: footer.words, href: footer.path && new URL(footer.path, env().APP_URL).href };

type Message = SendMailOptions & { to: { address: string } };

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
  log().info({ to: message.to.address, subject: message.subject, file: `${id}.eml` }, "mail written");
}
