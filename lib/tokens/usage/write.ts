import { sql } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import {
  ago,
  countUses,
  hasGroup,
  hasNetwork,
  newNetworks,
  ofGroup,
  ofNetwork,
  ofRefusal,
  shortAgent,
  sqlList,
  sum,
} from "./counts.ts";
import { tell } from "./notices.ts";

/** Uses of a token from one address for one part of the product, the last of them at `at`. */
export type Use = { id: string; at: number; address: string; agent: string; group: string; count: number };

/** How often a token was refused for one reason. */
export type RefusedUse = { id: string; at: number; code: string; agent: string; count: number };

/** How many of a kind are remembered of a token: so many networks make no news when they are seen again. */
const remembered = { network: 100, refusal: 20 };

/**
 * Writes what was seen of tokens, in one transaction. Who owns a token that was used from a network for the first time
 * is told, unless it is the very first one.
 */
export const writeTokenUses = (uses: Use[], refusals: RefusedUse[]): Promise<void> =>
  transaction(async (tx) => {
    const ids = [...new Set([...uses, ...refusals].map(({ id }) => id))].sort();
    const held = await hold(tx, ids);
    if (!held.size) return;
    if (uses.length) await writeLastUses(tx, uses);
    const news = await countUses(tx, [
      ...sum(uses.filter(hasNetwork).map(ofNetwork)),
      ...sum(uses.filter(hasGroup).map(ofGroup)),
      ...sum(refusals.map(ofRefusal)),
    ]);
    for (const [id, networks] of newNetworks(news, held)) await tell(tx, held.get(id), networks);
    if (news.length) await forget(tx, ids);
  });

export type Held = { id: string; user_id: string; name: string; last_four: string; full_name: string; known: boolean };

/**
 * Held in one order, so that processes that write at once wait for each other, and the second knows what the first saw.
 */
async function hold(tx: Db, ids: string[]): Promise<Map<string, Held>> {
  await tx.execute(sql`select from tokens where id = any(${sql.param(ids)}::uuid[]) order by id for no key update`);
  const { rows } = await tx.execute<Held>(sql`
    select t.id, t.user_id, t.name, t.last_four, u.full_name,
      exists (select from token_uses n where n.token_id = t.id and n.kind = 'network') as known
    from tokens t join users u on u.id = t.user_id where t.id = any(${sql.param(ids)}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** What another process has seen later stays, and so does the last known address where a gateway tells none. */
async function writeLastUses(tx: Db, uses: Use[]) {
  const rows = [...newest(uses).values()];
  const addresses = newest(uses.filter(hasNetwork));
  await tx.execute(sql`
    update tokens set last_used_at = use.at, last_used_address = coalesce(use.address, tokens.last_used_address),
      last_used_agent = use.agent
    from (select id, now() - ago * interval '1 millisecond' as at, address, agent
      from unnest(${sqlList(rows.map(({ id }) => id))}::uuid[], ${sqlList(rows.map(ago))}::float[],
        ${sqlList(rows.map(({ id }) => addresses.get(id)?.address ?? null))}::text[], ${sqlList(rows.map(shortAgent))}::text[]) as use (id, ago, address, agent)) use
    where tokens.id = use.id and (tokens.last_used_at is null or tokens.last_used_at <= use.at)`);
}

/** The last use of each token. */
function newest(uses: Use[]): Map<string, Use> {
  const last = new Map<string, Use>();
  for (const use of uses) if (use.at >= (last.get(use.id)?.at ?? 0)) last.set(use.id, use);
  return last;
}

const forget = (tx: Db, ids: string[]) =>
  tx.execute(sql`
    delete from token_uses u using (
      select token_id, kind, what, row_number() over (partition by token_id, kind order by last_at desc) as place
      from token_uses where token_id = any(${sql.param(ids)}::uuid[]) and kind in ('network', 'refusal')) old
    where u.token_id = old.token_id and u.kind = old.kind and u.what = old.what
      and old.place > case old.kind when 'network' then ${remembered.network}::int else ${remembered.refusal}::int end`);
