import { Client } from "pg";
import { hashPassword } from "#lib/core/crypto/hashing.ts";

/** Each finds rows that must not be there: half of something, or a count that does not match. */
const wrongs: Record<string, string> = {
  "a token without exactly one entry of its making": `
    select t.id from tokens t left join audit_entries a
      on a.action = 'tokens.create' and a.result = 'done' and a.target = t.id::text
    group by t.id having count(a.id) <> 1`,
  "an entry of a making without its token": `
    select a.id from audit_entries a where a.action = 'tokens.create' and a.result = 'done'
      and not exists (select from tokens t where t.id::text = a.target)`,
  "a revoked token without exactly one entry of it, or an entry without it": `
    select t.id from tokens t left join audit_entries a
      on a.action = 'tokens.revoke' and a.result = 'done' and a.target = t.id::text
    group by t.id having count(a.id) <> (case when t.ended_reason = 'revoked' then 1 else 0 end)`,
  "a name other than the last one on record": `
    select t.id from tokens t where t.name <> (
      select a.details->>'name' from audit_entries a
      where a.target = t.id::text and a.result = 'done' and a.action in ('tokens.create', 'tokens.update')
      order by a.id desc limit 1)`,
  "a person whose version does not count the changes": `
    select u.id from users u left join audit_entries a
      on a.action in ('profile.update', 'password.change') and a.result = 'done' and a.target = u.id::text
    group by u.id having u.version - 1 <> count(a.id)`,
  "a changed password without its notice, or a notice without it": `
    select 1 where (select count(*) from audit_entries where action = 'password.change' and result = 'done')
      <> (select count(*) from jobs.job where name = 'notice' and data->>'event' = 'password_changed')`,
  "a changed password that does not remember the ones before": `
    select u.id from users u
    where (select count(*) from former_passwords f where f.user_id = u.id)
      <> (select least(count(*), 4) from audit_entries a
          where a.action = 'password.change' and a.result = 'done' and a.target = u.id::text)`,
  "an answer kept for a token that is not there": `
    select key from idempotent_answers i where not exists (select from tokens t where t.id::text = i.answer->>'id')`,
  "a budget that makes no sense": `
    select key from budgets where points < 0 or points > 1000000
      or expire > extract(epoch from now() + interval '25 hours') * 1000`,
};

/** Throws when the database holds something half applied. */
export async function checkDatabase(url: string): Promise<void> {
  await withClient(url, async (client) => {
    for (const [what, query] of Object.entries(wrongs)) {
      const { rows } = await client.query(query);
      if (rows.length) throw new Error(`${rows.length} × ${what}: ${JSON.stringify(rows.slice(0, 3))}`);
    }
  });
}

/** Adds people to the account, members, with this password. */
export async function addPeople(url: string, emails: string[], password: string): Promise<void> {
  const hash = await hashPassword(password);
  await withClient(url, async (client) => {
    await client.query(
      `with made as (
         insert into users (account_id, username, full_name, email, password_hash)
         select a.id, email, 'Somebody', email, $2 from accounts a, unnest($1::text[]) email returning id)
       insert into user_roles (user_id, role_id) select made.id, r.id from made, roles r where r.name = 'Member'`,
      [emails, hash],
    );
  });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
