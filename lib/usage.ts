import { log } from "./core/log.ts";
import { primaryPool } from "./db/index.ts";

type Use = { at: number; address: string; agent: string };

/** Uses seen since the last write, newest of each credential; written together, never one write a request. */
type Seen = {
  tokens: Map<string, Use>;
  /** By their hashes in hexadecimal digits. */
  replaced: Map<string, Use>;
  sessions: Set<string>;
  timer?: NodeJS.Timeout;
};

const pause = 5000;
const shared = globalThis as { latchkeyUsage?: Seen };

function seen(): Seen {
  shared.latchkeyUsage ??= { tokens: new Map(), replaced: new Map(), sessions: new Set() };
  return shared.latchkeyUsage;
}

/** Notes that a token was used just now, from where and by what. */
export function noteTokenUse(id: string, address: string, agent: string): void {
  seen().tokens.set(id, { at: Date.now(), address, agent: agent.slice(0, 300) });
  writeLater();
}

/** Notes that what was used was a former secret of a token, which it still has for a while. */
export function noteReplacedUse(hash: Buffer, address: string): void {
  seen().replaced.set(hash.toString("hex"), { at: Date.now(), address, agent: "" });
  writeLater();
}

/** Notes that a session is alive. */
export function noteSessionUse(id: string): void {
  seen().sessions.add(id);
  writeLater();
}

function writeLater() {
  const now = seen();
  now.timer ??= setTimeout(() => {
    now.timer = undefined;
    writeUsage().catch((err) => log().warn({ err }, "last use not written"));
  }, pause);
  now.timer.unref();
}

/** Writes what was seen. Called by itself a few seconds after a use, and once more when the process stops. */
export async function writeUsage(): Promise<void> {
  const { tokens, replaced, sessions } = seen();
  const uses = [...tokens];
  const former = [...replaced];
  const alive = [...sessions];
  tokens.clear();
  replaced.clear();
  sessions.clear();
  if (uses.length) await primaryPool().query(tokenStatement, columns(uses));
  if (former.length) await primaryPool().query(replacedStatement, columns(former).slice(0, 3));
  if (alive.length) await primaryPool().query(sessionStatement, [alive]);
}

const columns = (uses: [string, Use][]) => [
  uses.map(([id]) => id),
  uses.map(([, { at }]) => Date.now() - at),
  uses.map(([, { address }]) => address),
  uses.map(([, { agent }]) => agent),
];

const tokenStatement = `
  update tokens set last_used_at = now() - use.ago * interval '1 millisecond',
    last_used_address = use.address, last_used_agent = use.agent
  from unnest($1::uuid[], $2::float[], $3::text[], $4::text[]) as use(id, ago, address, agent)
  where tokens.id = use.id`;

const replacedStatement = `
  update replaced_secrets r set last_used_at = now() - use.ago * interval '1 millisecond', last_used_address = use.address
  from unnest($1::text[], $2::float[], $3::text[]) as use(hash, ago, address) where r.secret_hash = decode(use.hash, 'hex')`;

const sessionStatement = "update sessions set last_seen_at = now() where id = any($1::uuid[])";
