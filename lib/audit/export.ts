import { readAsTenant } from "#db/client.ts";
import { csvHead, csvLines } from "#lib/core/csv.ts";
import { type AuditEntry, entriesWith } from "./entries.ts";
import { newestIds, type ResolvedFilter } from "./filter.ts";
import type { exportFormats } from "./security-log/export.ts";

/** How many entries are held at a time. */
const atOnce = 1000;

/** The log as text, piece by piece: each is read when the one before it has gone out. */
export async function* asRows(narrowed: ResolvedFilter, format: keyof typeof exportFormats): AsyncGenerator<string> {
  if (format === "csv") yield csvHead(columns);
  for await (const entries of pieces(narrowed)) yield writers[format](entries);
}

/**
 * Each in a transaction of its own, so that a slow reader holds none. What is added meanwhile is newer and not in it.
 */
async function* pieces(narrowed: ResolvedFilter): AsyncGenerator<AuditEntry[]> {
  for (let below: number | null = null; ; ) {
    const ids = newestIds(narrowed, atOnce, below);
    const entries: AuditEntry[] = await readAsTenant(narrowed.tenant.visibleAccountIds, (tx) => entriesWith(tx, ids));
    if (entries.length) yield entries;
    const last = entries.at(-1);
    if (!last || entries.length < atOnce) return;
    below = last.id;
  }
}

const columns = [
  ...["id", "at", "action", "words", "result", "code", "accountId"],
  ...["actorId", "actorUsername", "actorAccountId", "impersonatorId", "impersonatorUsername"],
  ...["target", "targetName", "details", "via", "credentialId", "address", "agent", "requestId"],
] as const;

const writers = {
  csv: (entries: AuditEntry[]) => csvLines(entries.map(cells)),
  jsonl: (entries: AuditEntry[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""),
};

const cells = ({ actor, impersonator, ...entry }: AuditEntry): (string | number | null | undefined)[] => [
  ...[entry.id, entry.at, entry.action, entry.words, entry.result, entry.code, entry.accountId],
  ...[actor?.id, actor?.username, actor?.accountId, impersonator?.id, impersonator?.username],
  ...[entry.target, entry.targetName, entry.details && JSON.stringify(entry.details), entry.via, entry.credentialId],
  ...[entry.address, entry.agent, entry.requestId],
];
