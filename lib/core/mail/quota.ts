import { hash } from "node:crypto";
import { sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { unprovenMails } from "#db/schema/notifications.ts";
import { formatDuration, Refusal } from "../errors.ts";
import { canonicalName } from "../limit-keys.ts";
import { scaled } from "../limiter.ts";

/** Mails an hour to one address that is not proven: from one company, and from all of them together (I-80). */
const maxMails = { ofOne: 5, ofAll: 10 };

/**
 * Counts a mail to an address that its person has not proven, in the transaction that causes it: what is taken back was
 * not counted. Refuses `too_many_requests`, with the time, what is more than five in an hour for one company, of all
 * kinds together; or more than ten for all, of which each still has one. The count outlives the person the mail was
 * about.
 */
export async function countMail(tx: Db, to: string, accountId: string): Promise<void> {
  const address = hash("sha256", mailboxOf(to), "buffer");
  const wait = await asSystem(tx, async (all) =>
    (await add(all, address, accountId)) ? 0 : waitFor(all, address, accountId),
  );
  if (wait) throw full(wait);
}

/**
 * One bucket for all addresses that lead to one mailbox: what stands after a `+` does not count (RFC 5233), nor do dots
 * where Google has the mail.
 */
function mailboxOf(address: string): string {
  const plain = canonicalName(address);
  const at = plain.lastIndexOf("@");
  const name = plain.slice(0, at).replace(/(?<=.)\+.*/su, "");
  const domain = plain.slice(at + 1).replace(/^googlemail\.com$/, "gmail.com");
  return `${domain === "gmail.com" ? name.replaceAll(".", "") : name}@${domain}`;
}

/** One statement, which waits for whoever counts at the same address and then sees what they counted. */
async function add(tx: Db, address: Buffer, accountId: string): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into ${unprovenMails} as m (address, accounts, sent_at) values (${address}, array[${accountId}], array[clock_timestamp()])
    on conflict (address) do update set (accounts, sent_at) = (
      select array_agg(account), array_agg(at) from (
        select account, at from ${lately} union all select ${accountId}, clock_timestamp()) kept)
    where (select count(*) filter (where ${isOwn(accountId)}) = 0
      or (count(*) filter (where ${isOwn(accountId)}) < ${scaled(maxMails.ofOne)} and count(*) < ${scaled(maxMails.ofAll)})
      from ${lately})`);
  return rowCount === 1;
}

const lately = sql`(select account, at from unnest(m.accounts, m.sent_at) sent(account, at)
  where at > clock_timestamp() - interval '1 hour') lately`;
const isOwn = (accountId: string) => sql`account = ${accountId}`;

/** Seconds until one more may go. */
async function waitFor(tx: Db, address: Buffer, accountId: string): Promise<number> {
  const { rows } = await tx.execute<{ own: boolean; wait: number }>(sql`
    select ${isOwn(accountId)} as own, ceil(extract(epoch from at + interval '1 hour' - clock_timestamp()))::int as wait
    from ${unprovenMails} m, lateral ${lately} where m.address = ${address} order by at`);
  const own = rows.filter((row) => row.own);
  const ofOwn = own.at(-scaled(maxMails.ofOne))?.wait ?? 0;
  const ofAll = rows.at(-scaled(maxMails.ofAll))?.wait ?? 0;
  return Math.max(1, Math.min(Math.max(ofOwn, ofAll), own.at(-1)?.wait ?? 0));
}

const full = (seconds: number) =>
  new Refusal(
    "too_many_requests",
    `This e-mail address has had as many mails as go in an hour to one that nobody has confirmed. Try again in ${formatDuration(seconds)}.`,
    { retryAfter: seconds, budget: { name: "unproven_mail", limit: scaled(maxMails.ofOne), window: 3600 } },
  );

/** Forgets addresses to which no mail went in the last hour. */
export const forgetMails = (tx: Db) =>
  tx.delete(unprovenMails).where(sql`not exists (select from unnest(${unprovenMails.sentAt}) at
    where at > now() - interval '1 hour')`);
