import { randomUUID } from "node:crypto";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { idempotentAnswers } from "#db/schema/requests.ts";
import type { Actor, Caller } from "./actor.ts";
import { mac } from "./crypto/secrets.ts";
import { Refusal } from "./errors.ts";

/** An output, and whether it is one that was given before. */
export type Replay<O extends z.ZodType> = { output: z.output<O>; replayed: boolean };

/** Keeps the answer under the caller's key, in the transaction of the change: both commit, or neither. */
type Keep = (tx: Db, output: unknown) => Promise<void>;

/**
 * Seconds after which a request that never ended, because its process did, stands in nobody's way. One that takes
 * longer and is asked for again in the meantime is undone, and the later one does it: it happens once either way.
 */
const lease = 5;

/**
 * Runs a creating operation at most once under the caller's `Idempotency-Key`. The slot is claimed before, in a
 * statement of its own, so that nothing is held while `run` calls others; the change and its answer commit together,
 * and only while the claim stands. The same key and input replay the answer, without secrets that were shown once.
 * Callers without a credential have no slot of their own, and so no replay.
 */
export async function once<O extends z.ZodType>(
  operation: { name: string; idempotencyKey?: true; output: O },
  { actor, caller }: { actor: Actor | null; caller: Caller },
  input: unknown,
  run: (keep: Keep) => Promise<z.output<O> | Refusal>,
): Promise<Replay<O> | Refusal> {
  const key = caller.idempotencyKey;
  if (!key || !actor || !operation.idempotencyKey) return told(await run(async () => {}));
  const slot: Slot = { actorId: actor.id, key, claim: randomUUID() };
  const request = fingerprint(operation.name, input);
  if (!(await claim(slot, operation.name, request))) return recall<O>(slot, request);
  try {
    return told(await run((tx, output) => keep(tx, slot, withoutSecrets(operation.output, output))));
  } finally {
    await release(slot);
  }
}

const told = <O extends z.ZodType>(done: z.output<O> | Refusal): Replay<O> | Refusal =>
  done instanceof Refusal ? done : { output: done, replayed: false };

type Slot = { actorId: string; key: string; claim: string };

/** Where the answer will be, it says until then who works on it. */
const claimOf = sql<string | null>`${idempotentAnswers.answer} ->> '$claim'`;
const isOver = sql`${idempotentAnswers.createdAt} <= now() - interval '24 hours'`;
const isGivenUp = sql`${claimOf} is not null and ${idempotentAnswers.createdAt} <= now() - ${lease} * interval '1 second'`;

async function claim({ actorId, key, claim }: Slot, operation: string, request: Buffer): Promise<boolean> {
  const taken = { operation, request, answer: { $claim: claim } };
  const claimed = await primary()
    .insert(idempotentAnswers)
    .values({ actorId, key, ...taken })
    .onConflictDoUpdate({
      target: [idempotentAnswers.actorId, idempotentAnswers.key],
      set: { ...taken, createdAt: sql`now()` },
      setWhere: sql`${isOver} or ${isGivenUp}`,
    })
    .returning({ key: idempotentAnswers.key });
  return claimed.length === 1;
}

/** The answer given before; refused while there is none yet, or when it was given to another request. */
async function recall<O extends z.ZodType>({ actorId, key }: Slot, request: Buffer): Promise<Replay<O>> {
  const mine = and(eq(idempotentAnswers.actorId, actorId), eq(idempotentAnswers.key, key));
  const [before] = await primary()
    .select({ request: idempotentAnswers.request, answer: idempotentAnswers.answer, claim: claimOf })
    .from(idempotentAnswers)
    .where(mine);
  if (!before || before.claim) throw inProgress();
  if (!before.request.equals(request)) throw new Refusal("idempotency_key_reused");
  return { output: before.answer as z.output<O>, replayed: true };
}

const claimed = ({ actorId, key, claim }: Slot): SQL | undefined =>
  and(eq(idempotentAnswers.actorId, actorId), eq(idempotentAnswers.key, key), sql`${claimOf} = ${claim}`);

/** Refuses, and so undoes the change, when somebody else has taken over in the meantime. */
async function keep(tx: Db, slot: Slot, answer: Record<string, unknown>): Promise<void> {
  const set = { answer, createdAt: sql`now()` };
  const kept = await tx
    .update(idempotentAnswers)
    .set(set)
    .where(claimed(slot))
    .returning({ key: idempotentAnswers.key });
  if (kept.length === 0) throw inProgress();
}

/** What was refused or failed leaves its key free; where an answer was kept, there is nothing to release. */
async function release(slot: Slot): Promise<void> {
  // When the database is away, the claim is given up in time by itself; what went wrong is told by whatever it was.
  await primary()
    .delete(idempotentAnswers)
    .where(claimed(slot))
    .catch(() => {});
}

const inProgress = () => new Refusal("in_progress", undefined, { retryAfter: 1 });

// Keyed, because an input may hold a password.
const fingerprint = (operation: string, input: unknown) =>
  mac("idempotent request", JSON.stringify([operation, input]));

const notice = "What was shown once is not shown again. If it was lost, end this one and make another.";

function withoutSecrets(schema: z.ZodType, output: unknown): Record<string, unknown> {
  const shape: Record<string, z.ZodType> = "shape" in schema ? (schema.shape as Record<string, z.ZodType>) : {};
  const fields = Object.entries(output as object);
  const shown = fields.filter(([field]) => !shape[field]?.meta()?.secret);
  return { ...Object.fromEntries(shown), ...(shown.length < fields.length && { notice }) };
}
