import { sql } from "drizzle-orm";
import { primary } from "#db/client.ts";
import { auditChecks } from "#db/schema/audit.ts";
import type { Job } from "#lib/core/jobs.ts";
import { log } from "#lib/core/log.ts";
import { atOnce, beginning, linkAfter, sealed, sealFinished } from "./chain.ts";

/** How far the chain holds: the last link that does, and the first that does not, with what is wrong about it. */
export type Verified = {
  position: number;
  entryId: number | null;
  hash: Buffer;
  broken: { position: number; problem: string } | null;
};

/**
 * Goes over the whole chain, from its first link on, after sealing what is finished. What came of it is kept, for the
 * audit page. `known` is a link that somebody wrote down elsewhere: the chain must still hold it.
 */
export async function verifyChain(known: KnownSeal[] = []): Promise<Verified> {
  await sealFinished();
  const result = await walk([...known, ...(await checkedBefore())]);
  const { position, entryId, hash, broken } = result;
  const found = { brokenPosition: broken?.position ?? null, problem: broken?.problem ?? null };
  await primary()
    .insert(auditChecks)
    .values({ position, entryId, hash, ...found });
  return result;
}

/** A link by its place, as it was before. */
type KnownSeal = { position: number; hash: Buffer };

/** The ends of earlier checks that found nothing wrong: a chain that was cut or written anew no longer holds them. */
async function checkedBefore(): Promise<KnownSeal[]> {
  const { rows } = await primary().execute<{ position: string; hash: Buffer }>(
    sql`select position, hash from audit_checks where broken_position is null order by id desc limit 1000`,
  );
  return rows.map(({ position, hash }) => ({ position: Number(position), hash }));
}

type Link = { position: string; entry_id: string; hash: Buffer; at: string | null; entry: (string | null)[] | null };

async function walk(known: KnownSeal[]): Promise<Verified> {
  const expected = Map.groupBy(known, ({ position }) => position);
  const state = { position: 0, entryId: null as number | null, hash: beginning, latest: 0 };
  const broken = (problem: string, position = state.position + 1) => ({ ...state, broken: { position, problem } });
  for (let links = await linksAfter(0); links.length; links = await linksAfter(state.position)) {
    for (const link of links) {
      const problem = problemOf(link, state, expected.get(state.position + 1));
      if (problem) return broken(problem);
      Object.assign(state, { position: state.position + 1, entryId: Number(link.entry_id), hash: link.hash });
      state.latest = Math.max(state.latest, Number(link.at));
    }
  }
  const cut = known.find(({ position }) => position > state.position);
  if (cut) return broken(`the chain ends here, but was known to reach link ${cut.position}`);
  const stray = await unsealed(state.latest);
  if (stray) return broken(`entry ${stray} stands in no link, though later ones do: it was put in afterwards`);
  return { ...state, broken: null };
}

async function linksAfter(position: number): Promise<Link[]> {
  const { rows } = await primary().execute<Link>(sql`
    select s.position, s.entry_id, s.hash, extract(epoch from e.at)::float8 as at,
      case when e.id is not null then ${sealed} end as entry
    from audit_seals s left join audit_entries e on e.id = s.entry_id
    where s.position > ${position} order by s.position limit ${atOnce}`);
  return rows;
}

/** An hour, in seconds: what is dated further back than that from what was sealed before it was not on record then. */
const slack = 3600;

/** What is wrong about the link after this one; undefined when it holds. */
function problemOf(link: Link, before: { position: number; hash: Buffer; latest: number }, known: KnownSeal[] = []) {
  if (Number(link.position) !== before.position + 1) return "the link itself is gone";
  if (!link.entry) return `entry ${link.entry_id} is gone`;
  if (!linkAfter(before.hash, link.entry).equals(link.hash)) return `entry ${link.entry_id} was changed, or its link`;
  if (Number(link.at) < before.latest - slack) return `entry ${link.entry_id} was put in afterwards, dated back`;
  if (known.some(({ hash }) => !hash.equals(link.hash)))
    return "the chain was written anew: this link is not the one it was";
}

/** How many entries are looked at in one statement. */
const stretch = 50_000;

/** The first entry without a link that is older than the newest link by more than an hour. */
async function unsealed(latest: number): Promise<string | undefined> {
  const { rows } = await primary().execute<{ id: string | null }>(sql`select max(entry_id) as id from audit_seals`);
  const highest = Number(rows[0]?.id ?? 0);
  for (let from = 0; from < highest; from += stretch) {
    const found = await primary().execute<{ id: string }>(sql`
      select e.id from audit_entries e left join audit_seals s on s.entry_id = e.id
      where e.id > ${from} and e.id <= ${Math.min(from + stretch, highest)} and s.entry_id is null
        and e.at < to_timestamp(${latest - slack}) order by e.id limit 1`);
    if (found.rows[0]) return found.rows[0].id;
  }
}

/** Goes over the chain once a night; a break is an error in the log, and on the audit page. */
export const verifyJob: Job = {
  name: "verify-audit",
  schedule: "41 2 * * *",
  work: async () => {
    const { broken } = await verifyChain();
    if (broken) log().error({ ...broken }, "the audit chain is broken");
  },
};
