import { sql } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import { recordChange } from "#lib/core/audit.ts";
import type { Job } from "#lib/core/jobs.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { morning } from "./morning.ts";

/**
 * Asks, a month after an authenticator was set up and never used since, whether it still works: a phone that is gone is
 * found before it is missed at sign-in. Once for each, in the morning, on a day without another reminder.
 */
export const checkUpJob: Job = { name: "authenticator-check-ups", schedule: "35 * * * *", work: askEverybody };

async function askEverybody(): Promise<void> {
  const rows = await transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = '60s'`);
    return (await tx.execute<{ user_id: string }>(sql`select distinct user_id from (${dueApps}) due`)).rows;
  });
  for (const { user_id } of rows) await ask(user_id);
}

/** One person's; whoever is being asked by another process at this moment is left to it. */
const ask = (userId: string): Promise<void> =>
  transaction(async (tx) => {
    const { rows } = await tx.execute(sql`select 1 from users where id = ${userId} for no key update skip locked`);
    if (rows.length === 0) return;
    const due = await appsOf(tx, userId);
    const [first] = due;
    if (!first) return;
    for (const { id, account_id: accountId } of due)
      await recordChange(tx, asked, { ...byItself, tenant: { accountId } }, { target: id });
    await queueNotice(tx, question(userId, first.full_name, due));
  });

/** What stands on record of each that was asked about. */
const asked = "authenticators.check_up";

const byItself = { actor: null, caller: { address: "", agent: "check-ups", requestId: "" } };

/** Those of the last month but one: whoever had theirs longer when this began is left alone. */
const dueApps = sql`
  select a.id, a.user_id, a.name, u.account_id, u.full_name,
    to_char(a.confirmed_at at time zone u.time_zone, 'FMDD Mon YYYY') as added
  from authenticators a
  join users u on u.id = a.user_id and u.active
  join accounts on accounts.id = u.account_id and accounts.active
  where a.confirmed_at between now() - interval '60 days' and now() - interval '30 days'
    and a.last_used_at <= a.confirmed_at
    and extract(hour from now() at time zone u.time_zone) >= ${morning}
    and not exists (select 1 from audit_entries e where e.target = a.id::text and e.action = ${asked})
    and not exists (
      select 1 from reminders r join tokens t on t.id = r.token_id
      where t.user_id = u.id
        and (r.sent_at at time zone u.time_zone)::date = (now() at time zone u.time_zone)::date
    )`;

type Due = { id: string; name: string; account_id: string; full_name: string; added: string };

async function appsOf(tx: Db, userId: string): Promise<Due[]> {
  return (await tx.execute<Due>(sql`select * from (${dueApps}) due where user_id = ${userId} order by name`)).rows;
}

const question = (userId: string, fullName: string, due: Due[]): Notice => ({
  userId,
  event: "factor_checkup",
  subject: due.length === 1 ? `Does ${due[0]?.name} still work?` : "Do your authenticators still work?",
  paragraphs: [
    `Hello ${fullName},`,
    ...due.map(({ name, added }) => `${name} was set up on ${added} as an authenticator and not used since.`),
    "Try a code of it while you are signed in. If the phone or the app is gone, remove it and set up another one: then you are not locked out on the day you need it.",
  ],
  button: { words: "Try a code now", path: `/confirm?${new URLSearchParams({ return_to: "/mfa" })}` },
});
