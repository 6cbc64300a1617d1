import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { asSystem, type Db } from "#db/client.ts";
import { conflict, notFound } from "#lib/core/errors.ts";
import { accountId, instant, page, pageQuery, uuid } from "#lib/core/fields.ts";
import { enqueue } from "#lib/core/jobs.ts";
import { openPage } from "#lib/core/list.ts";
import { type Mail, undelivered } from "#lib/core/mail/queue.ts";
import { countMail } from "#lib/core/mail/quota.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { isTakingLinks } from "./standing.ts";

const failure = z.object({
  id: z.uuid(),
  kind: z.enum(["mail", "notice"]).meta({ description: "A notice had not even become a mail" }),
  to: z.string().nullable().meta({ description: "The address it was for; null for a notice" }),
  username: z.string().meta({ description: "Whom it concerns" }),
  subject: z.string(),
  reason: z.string().meta({ description: "What the mail server said last" }),
  tries: z.int(),
  queuedAt: instant,
  failedAt: instant,
});

/** Something that could not be brought to a person of the account. */
export type MailFailure = z.output<typeof failure>;

/** What could not be delivered to an account's people, newest first. Kept for 30 days. */
export const listMailFailures = defineOperation({
  name: "mail_failures.list",
  summary: "List mails to an account's people that could not be delivered",
  route: "GET /mail-failures",
  allow: "list:mail_failure",
  input: z.strictObject({ accountId, ...pageQuery }),
  output: page(failure),

  async run({ tx, tenant }, { limit, cursor }) {
    const paging = openPage(["mail failures", tenant.accountId], { limit, cursor });
    const rows = await lettersOf(tx, tenant.accountId, paging.atMost, paging.after);
    return paging.answer(rows, ({ place, id }) => [place, id], present);
  },
});

/**
 * Queues one of them anew, with all its tries before it. A link is not made for an address that is the person's no
 * longer, but the one that takes a change of address back: whoever reads that mailbox would get in. To an address that
 * is not proven it counts as any other mail there.
 */
export const retryMailFailure = defineOperation({
  name: "mail_failures.retry",
  summary: "Try once more to deliver a mail that could not be",
  route: "POST /mail-failures/{id}/retry",
  allow: "retry:mail_failure",
  stepUp: "always",
  idempotencyKey: true,
  input: z.strictObject({ accountId, id: uuid().meta({ description: "The failure's id" }) }),
  output: z.object({ subject: z.string() }),
  audit: ({ input, output }) => ({ target: input.id, details: { subject: output.subject } }),

  async run({ tx, tenant }, { id }) {
    const taken = sql`delete from jobs.job j using users u
      where ${ofAccount(tenant.accountId)} and j.id = ${id} returning j.source_name, j.data, ${isStale} as stale`;
    // Who works in an account may put mails in the queue, and take none out.
    const [letter] = (await asSystem(tx, (tx) => tx.execute<ClaimedMail>(taken))).rows;
    if (!letter) throw notFound("undelivered mail");
    if (letter.stale)
      throw conflict("It holds a link that is not theirs any more. Whoever still needs one can ask for another.");
    const { to, countedFor, subject } = letter.data;
    if (to && countedFor) await countMail(tx, to, countedFor);
    await enqueue(tx, { name: letter.source_name }, letter.data);
    return { subject };
  },
});

type ClaimedMail = {
  source_name: string;
  data: Partial<Pick<Mail, "to" | "countedFor">> & { subject: string };
  stale: boolean;
};

type Letter = {
  id: string;
  place: string;
  kind: "mail" | "notice";
  to: string | null;
  username: string;
  subject: string;
  reason: string | null;
  tries: number;
  queued_at: Date;
  failed_at: Date;
};

/** Dead letters lie in the tables of the queue, each with whom it concerns. */
const ofAccount = (accountId: string): SQL => sql`j.name = ${undelivered} and j.state < 'active'
  and u.id = (j.data->>'userId')::uuid and u.account_id = ${accountId}`;

/**
 * Holds it a link that is theirs no more: for another address than they have, or one that takes none? An
 * invitation proves it, and is theirs until they have a password.
 */
const isStale = sql`(j.source_name = 'mail' and j.data ? 'link' and j.data->'link'->>'purpose' <> 'email-undo'
  and not (lower(u.email) = lower(j.data->>'to') and case when j.data->'link'->>'purpose' = 'invitation'
    then u.password_hash is null else ${isTakingLinks("u")} end))`;

async function lettersOf(tx: Db, accountId: string, count: number, after: (string | null)[] | undefined) {
  const [at, id] = after ?? [];
  const beyond = after ? sql`and (j.created_on, j.id) < (${at}::timestamptz, ${id}::uuid)` : sql``;
  const { rows } = await tx.execute<Letter>(sql`
    select j.id, j.created_on::text as place, j.source_name as kind, j.data->>'to' as "to", u.username,
      j.data->>'subject' as subject, coalesce(j.output->>'message', j.output->'value'->>'message') as reason,
      j.source_retry_count + 1 as tries, j.source_created_on as queued_at, j.created_on as failed_at
    from jobs.job j, users u
    where ${ofAccount(accountId)} ${beyond}
    order by j.created_on desc, j.id desc limit ${count}`);
  return rows;
}

const present = ({ place, queued_at, failed_at, reason, ...letter }: Letter) => ({
  ...letter,
  reason: (reason ?? "No reason was given.").slice(0, 500),
  queuedAt: new Date(queued_at).toISOString(),
  failedAt: new Date(failed_at).toISOString(),
});
