import { sql } from "drizzle-orm";
import { type Db, primary } from "#db/client.ts";
import { prepared } from "#db/prepared.ts";
import { auditEntries } from "#db/schema/audit.ts";
import { recordDeduplicated } from "./audit-dedupe.ts";
import { type CallerFacts, entry, type RecordedActor, type Somebody } from "./audit-entry.ts";
import type { Refusal } from "./errors.ts";
import { log } from "./log.ts";

/**
 * What goes on record of a change: which thing, and what about it that is no secret; whose, when nobody was signed in.
 */
export type AuditNote = {
  target?: string;
  details?: Record<string, unknown>;
  actor?: Somebody;
};

/**
 * The `audit` of an operation whose change is of no consequence by itself, done by whoever merely looks at a page: a
 * challenge is thought of, a link is looked at. What comes of it is recorded where it comes; refusals are, as ever.
 */
export const notAudited = (): null => null;

/** Puts a change on record, in the transaction that makes it: both commit, or neither. */
export async function recordChange(tx: Db, action: string, by: RecordedActor, note: AuditNote): Promise<void> {
  const { target, details, actor } = note;
  const noted = { target: target ?? null, details: details ? JSON.stringify(details) : null };
  await insertChange(tx, { ...entry(action, by, actor), ...noted });
}

/** Puts on record that a file is about to be taken away, in a statement of its own. */
export const recordExport = (action: string, by: RecordedActor, note: AuditNote): Promise<void> =>
  recordChange(primary(), action, by, note);

const given = sql.placeholder;

const insertChange = prepared("audit-change", (db) =>
  db.insert(auditEntries).values({
    action: given("action"),
    accountId: given("accountId"),
    actorId: given("actorId"),
    actorAccountId: given("actorAccountId"),
    impersonatorId: given("impersonatorId"),
    credentialKind: given("credentialKind"),
    credentialId: given("credentialId"),
    address: given("address"),
    agent: given("agent"),
    requestId: given("requestId"),
    result: "done",
    target: given("target"),
    details: sql`${given("details")}`,
  }),
);

/**
 * Puts a refusal on record, in a statement of its own: who was denied what, every failed proof of identity, and whose
 * tries were spent. A database that is away does not hide the refusal itself.
 */
export async function recordRefusal(operation: RefusedOperation, by: RecordedActor, refusal: Refusal): Promise<void> {
  const isDenial = refusal.status === 403 || denials.has(refusal.code) || refusal.about !== undefined;
  if (!isDenial || refusal.isRecorded) return;
  const target = by.tenant?.accountId && !refusal.about ? targetOf(operation) : undefined;
  const values = { ...entry(operation.name, by, refusal.about), ...refused(refusal), target };
  const isProof = wrongProofs.has(values.code);
  // Each wrong proof by itself: its budget bounds how many there are. Whatever else is refused can be asked for without
  // end.
  await (isProof ? primary().insert(auditEntries).values(values) : recordDeduplicated(values)).catch((err: unknown) =>
    log().error({ err, requestId: by.caller.requestId }, "refusal not recorded"),
  );
}

/**
 * What a wrong password, code or passkey is refused with; that somebody who proved themselves may not sign in is none.
 */
const wrongProofs = new Set([
  "invalid_credentials",
  "wrong_password",
  "wrong_code",
  "code_used",
  "clock_off",
  "wrong_passkey",
  "passkey_flagged",
]);

const denials = new Set(["invalid_credentials", "too_many_requests"]);

/**
 * Puts on record that a credential was refused, over whichever transport, before it was asked what for. Where it is not
 * known whose it is, it is counted by where it came from.
 */
export async function recordRefusedCredential(action: string, caller: CallerFacts, refusal: Refusal): Promise<void> {
  refusal.isRecorded = true;
  const details = caller.group ? { group: caller.group } : null;
  const target = refusal.about?.credential?.id;
  const values = { ...entry(action, { actor: null, caller }, refusal.about), ...refused(refusal), target, details };
  await recordDeduplicated(values).catch((err: unknown) =>
    log().error({ err, requestId: caller.requestId }, "refusal not recorded"),
  );
}

const refused = ({ code, details }: Refusal) => ({
  result: "refused" as const,
  code: details.errors?.[0]?.code ?? code,
});

/** An operation as it was asked for; `input` once it was read. */
type RefusedOperation = { name: string; route: string | null; target?: string; input?: unknown };

/**
 * The id of what it would have been done to: the first that the route names, whose the thing is before the thing
 * itself, as changes have it; without a route, the one that the operation states. A mailed secret that a route holds
 * is no id.
 */
function targetOf({ route, target, input }: RefusedOperation): string | undefined {
  const field = target ?? /\{(\w+Id|id)\}/.exec(route ?? "")?.[1];
  const said = field && input && typeof input === "object" && (input as Record<string, unknown>)[field];
  return said ? String(said) : undefined;
}
