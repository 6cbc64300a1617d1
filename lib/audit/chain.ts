import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import type { Job } from "#lib/core/jobs.ts";

/** An entry as its link sees it: every column as Postgres writes it, the instant in UTC to the microsecond. */
type Sealable = { id: string; entry: (string | null)[] };

/** The columns that a link covers, in this order: all that there are. */
export const sealed = sql.raw(`array[e.id::text, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  e.account_id, e.actor_id::text, e.actor_account_id, e.impersonator_id::text, e.credential_kind, e.credential_id,
  e.action, e.target, e.result, e.code, e.details::text, e.address, e.agent, e.request_id]`);

/** What stands before the first link. */
export const beginning = Buffer.alloc(32);

/** A link: SHA-256 over the one before it, 32 bytes, and its entry as a JSON array of {@link sealed} in UTF-8. */
export const linkAfter = (before: Buffer, entry: (string | null)[]): Buffer =>
  createHash("sha256").update(before).update(JSON.stringify(entry)).digest();

/** Links are made this many at a time, each time in a transaction of its own. */
export const atOnce = 2000;

/** How far back, in ids, to look for entries whose transactions took longer than those of later ones. */
const stragglers = 50_000;

/**
 * Seals every entry that is surely finished, 2,000 at a time; how many there were. Killed at any moment, it goes on
 * where it was the next time.
 */
export async function sealFinished(): Promise<number> {
  for (let made = 0; ; ) {
    const now = await transaction(sealSome);
    made += now;
    if (now < atOnce) return made;
  }
}

type Seal = { position: string; entry_id: string; hash: Buffer };

/** One sealer at a time: the others wait for the end of its transaction, and then go on from there. */
async function sealSome(tx: Db): Promise<number> {
  await tx.execute(sql`set local statement_timeout = '60s'`);
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('latchkey audit chain'))`);
  const last = await tx.execute<Seal>(sql`select * from audit_seals order by position desc limit 1`);
  const highest = await tx.execute<{ id: string | null }>(sql`select max(entry_id) as id from audit_seals`);
  const entries = await finishedAbove(tx, Number(highest.rows[0]?.id ?? 0) - stragglers);
  await append(tx, Number(last.rows[0]?.position ?? 0), last.rows[0]?.hash ?? beginning, entries);
  return entries.length;
}

/**
 * Entries without a link, by id, whose transaction is older than any that is still open. An id is drawn before its
 * transaction ends: whatever may still come in between was begun later than all of these.
 */
async function finishedAbove(tx: Db, lowest: number): Promise<Sealable[]> {
  const { rows } = await tx.execute<Sealable>(sql`
    select e.id, ${sealed} as entry from audit_entries e
    where e.id > ${lowest} and not exists (select from audit_seals s where s.entry_id = e.id and s.entry_id > ${lowest})
      and age(e.xmin) > age((pg_snapshot_xmin(pg_current_snapshot())::text::bigint % 4294967296)::text::xid)
    order by e.id limit ${atOnce}`);
  return rows;
}

async function append(tx: Db, position: number, before: Buffer, entries: Sealable[]) {
  let link = before;
  const hashes = entries.map(({ entry }) => {
    link = linkAfter(link, entry);
    return link.toString("hex");
  });
  const ids = entries.map(({ id }) => id);
  await tx.execute(sql`insert into audit_seals (position, entry_id, hash)
    select ${position} + place, id, decode(hash, 'hex')
    from unnest(${sql.param(ids)}::bigint[], ${sql.param(hashes)}::text[]) with ordinality as made(id, hash, place)`);
}

/** Seals what was put on record in the last minute. */
export const sealJob: Job = {
  name: "seal-audit",
  schedule: "* * * * *",
  work: async () => {
    await sealFinished();
  },
};
