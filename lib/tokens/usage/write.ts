import { isIP } from "node:net";
import { sql } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import { programOf } from "#lib/core/agents.ts";
import { networkOf } from "#lib/core/net/networks.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";

/** Uses of a token from one address for one part of the product, the last of them at `at`. */
export type Use = { id: string; at: number; address: string; agent: string; group: string; count: number };

/** How often a token was refused for one reason. */
export type RefusedUse = { id: string; at: number; code: string; agent: string; count: number };

/** How many of a kind are remembered of a token: so many networks make no news when they are seen again. */
const remembered = { network: 100, refusal: 20 };
const longestAgent = 300;
const longestWhat = 200;

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
    const news = await count(tx, [
      ...sum(uses.filter(hasNetwork).map(ofNetwork)),
      ...sum(uses.filter(hasGroup).map(ofGroup)),
      ...sum(refusals.map(ofRefusal)),
    ]);
    for (const [id, networks] of newNetworks(news, held)) await tell(tx, held.get(id), networks);
    if (news.length) await forget(tx, ids);
  });

type Held = { id: string; user_id: string; name: string; last_four: string; full_name: string; known: boolean };

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
      from unnest(${list(rows.map(({ id }) => id))}::uuid[], ${list(rows.map(ago))}::float[],
        ${list(rows.map(({ id }) => addresses.get(id)?.address ?? null))}::text[], ${list(rows.map(shortAgent))}::text[]) as use (id, ago, address, agent)) use
    where tokens.id = use.id and (tokens.last_used_at is null or tokens.last_used_at <= use.at)`);
}

/** The last use of each token. */
function newest(uses: Use[]): Map<string, Use> {
  const last = new Map<string, Use>();
  for (const use of uses) if (use.at >= (last.get(use.id)?.at ?? 0)) last.set(use.id, use);
  return last;
}

const list = (values: unknown[]) => sql.param(values);
const ago = ({ at }: { at: number }) => Date.now() - at;
const shortAgent = ({ agent }: { agent: string }) => agent.slice(0, longestAgent);

type Kind = "network" | "routes" | "refusal";

type Counted = { id: string; kind: Kind; what: string; at: number; agent: string; count: number };

const ofNetwork = ({ address, ...use }: Use): Counted => ({ ...use, kind: "network", what: networkOf(address) });
// Where a gateway does not say from where its caller came, there is no network to tell of.
const hasNetwork = ({ address }: Use) => isIP(address) > 0;
const hasGroup = ({ group }: Use) => group !== "";
const ofGroup = ({ group, ...use }: Use): Counted => ({ ...use, kind: "routes", what: group });
const ofRefusal = ({ code, ...refused }: RefusedUse): Counted => ({
  ...refused,
  kind: "refusal",
  what: code.slice(0, longestWhat),
});

/** One of each thing of a token, its uses counted together. */
function sum(counted: Counted[]): Counted[] {
  const sums = new Map<string, Counted>();
  for (const one of counted) {
    const key = `${one.id} ${one.what}`;
    const known = sums.get(key);
    const last = known && known.at > one.at ? known : one;
    sums.set(key, { ...last, count: one.count + (known?.count ?? 0) });
  }
  return [...sums.values()];
}

type News = { token_id: string; kind: Kind; what: string; agent: string };

/** Adds to what is known; answers what was not known before, oldest first. */
async function count(tx: Db, rows: Counted[]): Promise<News[]> {
  const answer = await tx.execute<News & { is_new: boolean }>(sql`
    insert into token_uses (token_id, account_id, kind, what, agent, first_at, last_at, count)
    select t.id, t.account_id, use.kind, use.what, use.agent, seen.at, seen.at, use.count
    from unnest(${list(rows.map(({ id }) => id))}::uuid[], ${list(rows.map(({ kind }) => kind))}::text[],
      ${list(rows.map(({ what }) => what))}::text[], ${list(rows.map(shortAgent))}::text[],
      ${list(rows.map(ago))}::float[], ${list(rows.map((row) => row.count))}::bigint[]) as use (id, kind, what, agent, ago, count)
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
function newNetworks(news: News[], held: Map<string, Held>): Map<string, News[]> {
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

async function tell(tx: Db, token: Held | undefined, networks: News[]) {
  if (token) await queueNotice(tx, seenElsewhere(token, networks));
}

const seenElsewhere = ({ id, user_id, name, last_four, full_name }: Held, networks: News[]): Notice => ({
  userId: user_id,
  event: "token_new_network",
  subject: `Your API token ${name} was used from a new network`,
  paragraphs: [
    `Hello ${full_name},`,
    `the API token ${name} (lk_pat_…${last_four}) was used from where it was not used before: ${networks.map(inWords).join("; ")}.`,
    "If you do not know what that is, revoke the token at once. If you do, there is nothing to do: of this network you are not told again.",
  ],
  button: { words: "Look at the token", path: `/tokens/${id}` },
});

function inWords({ what, agent }: News): string {
  const program = programOf(agent);
  return program ? `${what}, by ${program}` : what;
}

const forget = (tx: Db, ids: string[]) =>
  tx.execute(sql`
    delete from token_uses u using (
      select token_id, kind, what, row_number() over (partition by token_id, kind order by last_at desc) as place
      from token_uses where token_id = any(${sql.param(ids)}::uuid[]) and kind in ('network', 'refusal')) old
    where u.token_id = old.token_id and u.kind = old.kind and u.what = old.what
      and old.place > case old.kind when 'network' then ${remembered.network}::int else ${remembered.refusal}::int end`);
