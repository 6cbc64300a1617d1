import type { AddressInfo } from "node:net";
import type { PgBoss } from "pg-boss";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";
import { afterAll } from "vitest";
import { failureOf, type Job } from "#lib/core/jobs.ts";
import { mailJob } from "#lib/core/mail/queue.ts";
import { env } from "#lib/env.ts";
import { noticeJob } from "#lib/notifications/deliver.ts";
import { foldJob } from "#lib/notifications/folding.ts";

/** A mail as it came in: to whom it was handed over, what it says, and the address of the link or page it leads to. */
export type Received = Email & { recipients: string[]; link?: string };

/**
 * A real SMTP server, and the hand that works the queues of a test. `mails` are all that came in; `refusing` makes the
 * server answer "try later", `quoting` makes it refuse every mail with its own text, as filters do.
 */
export type Mailbox = {
  /** For `SMTP_URL`. */
  url: string;
  mails: Received[];
  refusing: boolean;
  quoting: boolean;
  /** Does the jobs that are due, notices before mails, until none is left; what fails goes back to its queue. */
  work(...others: Job<never>[]): Promise<void>;
  /** Works the queues; the mails to this address, oldest first. */
  of(address: string): Promise<Received[]>;
  /** Works the queues; the newest mail to this address. Throws when there is none. */
  newest(address: string): Promise<Received>;
};

/**
 * Opens a mailbox until the test file is done. After `openStage` it is where this portal's mails go; where settings are
 * made afterwards, `configure({ SMTP_URL: mailbox.url })`.
 */
export async function openMailbox(): Promise<Mailbox> {
  const mailbox: Mailbox = { url: "", mails: [], refusing: false, quoting: false, work, of, newest };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    logger: false,
    onMailFrom: (_, __, answer) => answer(mailbox.refusing ? tryLater() : null),
    onData: (stream, { envelope }, answer) =>
      void read(
        stream,
        envelope.rcptTo.map(({ address }) => address),
      ).then(
        (mail) => {
          if (mailbox.quoting) return answer(refused(mail.link ?? ""));
          mailbox.mails.push(mail);
          answer();
        },
        (error: Error) => answer(error),
      ),
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  afterAll(() => new Promise<void>((closed) => server.close(closed)));
  mailbox.url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  Object.assign(env(), { SMTP_URL: mailbox.url });

  async function work(...others: Job<never>[]) {
    const jobs = [noticeJob, foldJob, mailJob, ...others] as Job[];
    while ((await workOnce(jobs)) > 0);
  }

  async function of(address: string) {
    await work();
    return mailbox.mails.filter(({ recipients }) => recipients.includes(address));
  }

  async function newest(address: string) {
    const mail = (await of(address)).at(-1);
    if (!mail) throw new Error(`No mail came for ${address}`);
    return mail;
  }

  return mailbox;
}

const tryLater = () => Object.assign(new Error("try later"), { responseCode: 451 });
const refused = (link: string) => Object.assign(new Error(`spam: ${link}`), { responseCode: 554 });

async function read(stream: SMTPServerDataStream, recipients: string[]): Promise<Received> {
  const mail = await PostalMime.parse(await new Response(stream as unknown as ReadableStream).arrayBuffer());
  const [link] = /^https?:\/\/\S+$/m.exec(mail.text ?? "") ?? [];
  return { ...mail, recipients, link };
}

/** Takes what is due from each queue once, as a worker does; how many jobs there were. */
export async function workOnce(jobs: Job[]): Promise<number> {
  let count = 0;
  for (const job of jobs)
    for (const { id, data } of await boss().fetch<object>(job.name, { batchSize: 100 })) {
      count++;
      const failure = await job.work(data).then(
        () => null,
        (error: Error) => error,
      );
      if (failure) await boss().fail(job.name, id, failureOf(failure));
      else await boss().complete(job.name, id);
    }
  return count;
}

/** The open queues. */
export function boss(): PgBoss {
  const { latchkeyBoss } = globalThis as { latchkeyBoss?: PgBoss };
  if (!latchkeyBoss) throw new Error("The job queue is not open: call openPortal first");
  return latchkeyBoss;
}
