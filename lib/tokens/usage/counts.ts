import { isIP } from "node:net";
import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { networkOf } from "#lib/core/net/networks.ts";
import type { Held, RefusedUse, Use } from "./write.ts";

const longestAgent = 300;

const longestWhat = 200;

export const sqlList = (values: unknown[]) => sql.param(values);

export const ago = ({ at }: { at: number }) => Date.now() - at;

export const shortAgent = ({ agent }: { agent: string }) => agent.slice(0, longestAgent);

type Kind = "network" | "routes" | "refusal";

type Counted = { id: string; kind: Kind; what: string; at: number; agent: string; count: number };

export const ofNetwork = ({ address, ...use }: Use): Counted => ({ ...use, kind: "network", what: networkOf(address) });

// Where a gateway does not say from where its caller came, there is no network to tell of.
export const hasNetwork = ({ address }: Use) => isIP(address) > 0;

export const hasGroup = ({ group }: Use) => group !== "";

export const ofGroup = ({ group, ...use }: Use): Counted => ({ ...use, kind: "routes", what: group });

export const ofRefusal = ({ code, ...refused }: RefusedUse): Counted => ({
  ...refused,
  kind: "refusal",
  what: code.slice(0, longestWhat),
});

/** One of each thing of a token, its uses counted together. */
export function sum(counted: Counted[]): Counted[] {
  const sums = new Map<string, Counted>();
  for (const one of counted) {
    const key = `${one.id} ${one.what}`;
    const known = sums.get(key);
    const last = known && known.at > one.at ? known : one;
    sums.set(key, { ...last, count: one.count + (known?.count ?? 0) });
  }
  return [...sums.values()];
}

export type News = { token_id: string; kind: Kind; what: string; agent: string };

/** Adds to what is known; answers what was not known before, oldest first. */
export async function countUses(tx: Db, rows: Counted[]): Promise<News[]> {
  const answer = await tx.execute<News & { is_new: boolean }>(sql`
    insert into token_uses (token_id, account_id, kind, what, agent, first_at, last_at, count)
    select t.id, t.account_id, use.kind, use.what, use.agent, seen.at, seen.at, use.count
    from unnest(${sqlList(rows.map(({ id }) => id))}::uuid[], ${sqlList(rows.map(({ kind }) => kind))}::text[],
      ${sqlList(rows.map(({ what }) => what))}::text[], ${sqlList(rows.map(shortAgent))}::text[],
      ${sqlList(rows.map(ago))}::float[], ${sqlList(rows.map((row) => row.count))}::bigint[]) as use (id, kind, what, agent, ago, count)
    join tokens t on t.id = use.id
    cross join lateral (select now() - use.ago * interval '1 millisecond' as at) seen
    order by use.ago desc
    on conflict (token_id, kind, what) do update set count = token_uses.count + excluded.count,
      agent = case when excluded.last_at >= token_uses.last_at then excluded.agent else token_uses.agent end,
      last_at = greatest(token_uses.last_at, excluded.last_at)
    returning token_id, kind, what, agent, xmax = 0 as is_new`);
  return answer.rows.filter((row) => row.is_new);
}

/**
 * The networks that are news to the owner, by token. The first one ever is none: the token has just been put to use.
 */
export function newNetworks(news: News[], held: Map<string, Held>): Map<string, News[]> {
  const byToken = Map.groupBy(
    // A gateway need not say where its client was.
    news.filter(({ kind, what }) => kind === "network" && what !== "unknown"),
    (one) => one.token_id,
  );
  const telling = [...byToken].map(([id, networks]): [string, News[]] => [
    id,
    held.get(id)?.known ? networks : networks.slice(1),
  ]);
  return new Map(telling.filter(([, networks]) => networks.length > 0));
}
