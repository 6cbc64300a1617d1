import { primaryPool } from "#db/client.ts";
import type { Actor } from "#lib/core/actor.ts";
import type { Refusal } from "#lib/core/errors.ts";
import { log } from "#lib/core/log.ts";
import { type RefusedUse, type Use, writeTokenUses } from "./write.ts";

/** Seen since the last write; written together, never one write a request. */
type Seen = {
  uses: Map<string, Use>;
  refusals: Map<string, RefusedUse>;
  /** By their hashes in hexadecimal digits. */
  replaced: Map<string, Pick<Use, "at" | "address">>;
  sessions: Set<string>;
  timer?: NodeJS.Timeout;
};

const pause = 5000;
/** Uses and refusals of which each is told apart between two writes; what comes beyond is not counted. */
const maxKept = 20_000;
const shared = globalThis as { latchkeyUsage?: Seen };

function seen(): Seen {
  shared.latchkeyUsage ??= { uses: new Map(), refusals: new Map(), replaced: new Map(), sessions: new Set() };
  return shared.latchkeyUsage;
}

/** Notes that a token was used just now: from where, by what, and for which part of the product. */
export function noteTokenUse(id: string, address: string, agent: string, group = ""): void {
  const key = `${id} ${address} ${group}`;
  const { uses } = seen();
  const known = uses.get(key);
  if (known) {
    known.count++;
    known.at = Date.now();
    known.agent = agent;
  } else if (uses.size < maxKept) uses.set(key, { id, at: Date.now(), address, agent, group, count: 1 });
  writeLater();
}

/** Notes that a token was refused just now, by the code of the refusal; an address may follow it after a space. */
export function noteTokenRefusal(id: string, code: string, agent: string): void {
  const { refusals } = seen();
  const known = refusals.get(`${id} ${code}`);
  if (!known && refusals.size >= maxKept) return;
  const count = (known?.count ?? 0) + 1;
  refusals.set(`${id} ${code}`, { id, at: Date.now(), code, agent, count });
  writeLater();
}

const forLackOfRights = new Set([401, 403, 429]);

/**
 * Notes what was refused to whoever asked, where they asked with a token: that is of use to its owner. What was wrong
 * with a request is not the token's doing.
 */
export function noteRefusedTo(known: Actor | null, { status, code }: Refusal, agent: string): void {
  if (known?.credential.kind === "token" && forLackOfRights.has(status))
    noteTokenRefusal(known.credential.id, code, agent);
}

/** Notes that what was used was a previous secret of a token, which it still has for a while. */
export function noteReplacedUse(hash: Buffer, address: string): void {
  seen().replaced.set(hash.toString("hex"), { at: Date.now(), address });
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
  const now = seen();
  const { uses, refusals, replaced, sessions } = now;
  Object.assign(now, { uses: new Map(), refusals: new Map(), replaced: new Map(), sessions: new Set() });
  // Each by itself: what cannot be written of the one takes nothing from the others.
  const written = await Promise.allSettled([
    uses.size || refusals.size ? writeTokenUses([...uses.values()], [...refusals.values()]) : undefined,
    replaced.size ? primaryPool().query(replacedStatement, columns([...replaced])) : undefined,
    sessions.size ? primaryPool().query(sessionStatement, [[...sessions]]) : undefined,
  ]);
  for (const one of written) if (one.status === "rejected") throw one.reason;
}

const columns = (former: [string, { at: number; address: string }][]) => [
  former.map(([hash]) => hash),
  former.map(([, { at }]) => Date.now() - at),
  former.map(([, { address }]) => address),
];

const replacedStatement = `
  update replaced_secrets r set last_used_at = now() - use.ago * interval '1 millisecond', last_used_address = use.address
  from unnest($1::text[], $2::float[], $3::text[]) as use(hash, ago, address) where r.secret_hash = decode(use.hash, 'hex')`;

const sessionStatement = "update sessions set last_seen_at = now() where id = any($1::uuid[])";
