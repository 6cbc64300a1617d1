import { primary } from "#lib/db/index.ts";
import { auditEntries } from "#lib/db/schema.ts";
import { log } from "./log.ts";

type Entry = typeof auditEntries.$inferInsert;

/** An entry as it was written at `since`, and how often the same has happened after that. */
type Repeated = { entry: Entry; since: number; count: number };

/** How long repeats are counted before they are put on record, in milliseconds. */
export const countedFor = 10 * 60_000;
const turn = 60_000;
/** What is told apart at one time; what comes beyond is counted by account and reason alone. */
const most = 10_000;
const shared = globalThis as { latchkeyRepeats?: { known: Map<string, Repeated>; timer?: NodeJS.Timeout } };

function repeats() {
  shared.latchkeyRepeats ??= { known: new Map() };
  return shared.latchkeyRepeats;
}

/**
 * Puts an entry on record at once if nothing of its `key` was in the last ten minutes; whatever repeats until then is one more
 * entry with its `count`, so that nobody can flood the record by asking again and again.
 */
export async function recordOnce(key: string, entry: Entry): Promise<void> {
  const { known } = repeats();
  const kept = known.has(key) || known.size < most ? key : JSON.stringify([entry.accountId ?? null, entry.code]);
  const same = known.get(kept);
  if (same) {
    same.count++;
    same.entry = entry;
    return;
  }
  known.set(kept, { entry, since: Date.now(), count: 0 });
  writeLater();
  await insert([entry]);
}

function writeLater() {
  const now = repeats();
  now.timer ??= setTimeout(() => {
    now.timer = undefined;
    if (now.known.size) writeLater();
    writeRepeats().catch((err) => log().error({ err }, "repeated refusals not recorded"));
  }, turn);
  now.timer.unref();
}

/** Puts on record what has repeated until `until`; without it, what was counted for ten minutes. */
export async function writeRepeats(until = Date.now() - countedFor): Promise<void> {
  const { known } = repeats();
  const due = [...known].filter(([, { since }]) => since <= until);
  const told = due.filter(([, { count }]) => count > 0);
  for (const [key] of due) known.delete(key);
  for (const [key, { entry }] of told) known.set(key, { entry, since: Date.now(), count: 0 });
  if (told.length) await insert(told.map(([, repeated]) => inTotal(repeated)));
}

const inTotal = ({ entry, since, count }: Repeated): Entry => ({
  ...entry,
  details: { ...entry.details, count, since: new Date(since).toISOString() },
});

const insert = (entries: Entry[]) => primary().insert(auditEntries).values(entries);
