import { primary } from "#db/client.ts";
import { auditEntries } from "#db/schema/audit.ts";
import { log } from "./log.ts";
import { networkOf } from "./net/networks.ts";

type Entry = typeof auditEntries.$inferInsert;

/** An entry as it was written at `since`, and how often the same has happened after that; it takes room in `rooms`. */
type Repeated = { entry: Entry; since: number; count: number; rooms: string[] };

/** One way to tell a refusal from others, and what is true of all that are then the same. */
type Kind = { key: string; entry: Entry; rooms: [name: string, limit: number][] };

/** How long repeats are counted before they are put on record, in milliseconds. */
export const countedFor = 10 * 60_000;
const turn = 60_000;
/** What is told apart at one time; what comes beyond is counted by account and reason alone. */
const maxEntries = 10_000;
/** Of that, what one credential can take: nobody fills it for everybody. */
const maxPerActor = 500;
/** Callers choose what they ask for: after so many things, one credential's are counted together, for each action. */
const maxTargets = 50;
/** Rows of one insert, well below what Postgres takes parameters for. */
const batch = 500;

const shared = globalThis as { latchkeyRepeats?: ReturnType<typeof nothing> };
const nothing = () => ({
  known: new Map<string, Repeated>(),
  taken: new Map<string, number>(),
  writing: Promise.resolve(),
  timer: undefined as NodeJS.Timeout | undefined,
});

function repeats() {
  shared.latchkeyRepeats ??= nothing();
  return shared.latchkeyRepeats;
}

/**
 * Puts a refusal on record at once if nothing of the same was in the last ten minutes: the same credential, action,
 * reason, thing asked for and network. Whatever repeats until then is one more entry with its `count`, so that nobody
 * can flood the record by asking again and again. What could not be written is counted, to be written then.
 */
export async function recordDeduplicated(entry: Entry): Promise<void> {
  const { known, taken } = repeats();
  const { key, rooms, entry: common } = kindOf(entry);
  const same = known.get(key);
  if (same) {
    same.count++;
    same.entry = common;
    return;
  }
  const first = { entry: common, since: Date.now(), count: 0, rooms: rooms.map(([name]) => name) };
  known.set(key, first);
  for (const name of first.rooms) taken.set(name, (taken.get(name) ?? 0) + 1);
  flushLater();
  await insert([entry]).catch((err: unknown) => {
    first.count++;
    throw err;
  });
}

/** The most exact kind that is known already, or that there is room for. */
function kindOf(entry: Entry): Kind {
  const { known, taken } = repeats();
  const hasRoom = ({ key, rooms }: Kind) =>
    known.has(key) || (known.size < maxEntries && rooms.every(([name, limit]) => (taken.get(name) ?? 0) < limit));
  return kinds(entry).find(hasRoom) ?? fallbackKey(entry);
}

function kinds({ target, ...entry }: Entry): Kind[] {
  const { action, code, address } = entry;
  const who = entry.credentialId ?? entry.actorId ?? entry.accountId;
  const network = address && networkOf(address);
  const own: Kind["rooms"] = who ? [[who, maxPerActor]] : [];
  const nothingNamed = { key: JSON.stringify([who, action, code, null, network]), entry, rooms: own };
  const nowhere = { ...entry, address: null, agent: null };
  const anywhere: Kind = { key: JSON.stringify([who, action, code]), entry: nowhere, rooms: [] };
  if (!target) return [nothingNamed, anywhere];
  const rooms: Kind["rooms"] = [...own, [`${who} ${action}`, maxTargets]];
  const named = { key: JSON.stringify([who, action, code, target, network]), entry: { ...entry, target }, rooms };
  return [named, nothingNamed, anywhere];
}

function fallbackKey({ target: _, ...entry }: Entry): Kind {
  const { accountId = null, code } = entry;
  const nobody = { address: null, agent: null, actorId: null, credentialId: null, credentialKind: null };
  return { key: JSON.stringify([accountId, code]), entry: { ...entry, ...nobody }, rooms: [] };
}

function flushLater() {
  const now = repeats();
  now.timer ??= setTimeout(() => {
    now.timer = undefined;
    if (now.known.size) flushLater();
    flush().catch((err) => log().error({ err }, "repeated refusals not recorded"));
  }, turn);
  now.timer.unref();
}

/**
 * Puts on record what has repeated until `until`; without it, what was counted for ten minutes. Throws where some of it
 * could not be written: that stays counted, for the next time.
 */
export function flush(until = Date.now() - countedFor): Promise<void> {
  const now = repeats();
  // One after the other: two at once would put the same counts on record twice.
  const written = now.writing.then(() => write(until));
  now.writing = written.catch(() => {});
  return written;
}

async function write(until: number): Promise<void> {
  const due = [...repeats().known].filter(([, { since }]) => since <= until);
  for (const [key, { count }] of due) if (count === 0) forget(key);
  const repeated = due.map(([, one]) => one).filter(({ count }) => count > 0);
  const failures: unknown[] = [];
  for (let start = 0; start < repeated.length; start += batch)
    await writeBatch(repeated.slice(start, start + batch)).catch((err: unknown) => failures.push(err));
  if (failures.length) throw failures[0];
}

/** What is counted while it is being written stays counted. */
async function writeBatch(some: Repeated[]): Promise<void> {
  const at = Date.now();
  const counts = some.map(({ count }) => count);
  await insert(some.map(inTotal));
  for (const [place, one] of some.entries()) {
    one.count -= counts[place] ?? 0;
    one.since = at;
  }
}

function forget(key: string) {
  const { known, taken } = repeats();
  for (const name of known.get(key)?.rooms ?? []) {
    const left = (taken.get(name) ?? 0) - 1;
    if (left > 0) taken.set(name, left);
    else taken.delete(name);
  }
  known.delete(key);
}

const inTotal = ({ entry, since, count }: Repeated): Entry => ({
  ...entry,
  details: { ...entry.details, count, since: new Date(since).toISOString() },
});

const insert = (entries: Entry[]) => primary().insert(auditEntries).values(entries);
