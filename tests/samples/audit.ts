import { expect } from "vitest";
import { type Person, person, sql } from "../cast.ts";
import type { Sample } from "./operations.ts";

type Wishes = { action?: string; target?: string | null; result?: string; at?: string; details?: object };

/** Puts something that somebody did on record; its id. `at` is SQL. */
export async function auditRow({ id, accountId }: Person, wishes: Wishes = {}): Promise<number> {
  const { action = "profile.update", target = null, result = "done", at = "now()", details = {} } = wishes;
  const [made] = await sql<{ id: string }>(
    `insert into audit_entries (at, account_id, actor_id, credential_kind, action, target, result, details, address, agent)
     values (${at}, $1, $2, 'session', $3, $4, $5, $6, '198.51.100.4', 'curl/8.5.0') returning id`,
    accountId,
    id,
    action,
    target,
    result,
    JSON.stringify(details),
  );
  return Number(made?.id);
}

/** Sealing waits for whatever began before, in other tests' databases too: until nothing there is as old as now. */
export async function settled() {
  const [now] = await sql<{ id: string }>("select pg_current_xact_id()::xid::text as id");
  const older = `select count(*)::int as count from pg_stat_activity
    where datname <> current_database() and age(backend_xid) >= age($1::text::xid)`;
  await expect.poll(async () => (await sql<{ count: number }>(older, now?.id))[0]?.count, { timeout: 15_000 }).toBe(0);
}

/** Samples of the operations on the audit log, and of acting as others. */
export const auditSamples: Record<string, Sample> = {
  "audit.list": { input: async () => ({}) },
  "audit.export": { input: async () => ({}) },
  "audit.chain": { input: async () => ({}) },
  "impersonation.begin": {
    input: async ({ accountId }) => ({
      userId: (await person(accountId, ["Member"])).id,
      reason: "Ticket 4711: no apps",
    }),
  },
  "impersonation.end": { input: async () => ({}), refused: { status: 409, code: "conflict" } },
  "audit.get": { input: async (person) => ({ entryId: await auditRow(person) }) },
};
