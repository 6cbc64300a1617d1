import { and, eq, gt, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Db } from "#lib/db/index.ts";
import { idempotentAnswers } from "#lib/db/schema.ts";
import type { Actor, Caller } from "./actor.ts";
import { Refusal } from "./errors.ts";
import { mac } from "./secrets.ts";

/** An output, and whether it is one that was given before. */
export type Replay<O extends z.ZodType> = { output: z.output<O>; replayed: boolean };

const day = sql`now() - interval '24 hours'`;

/**
 * Runs a creating operation at most once under the caller's `Idempotency-Key`: the slot, the change and its
 * answer commit together. The same key and input replay the answer, without secrets that were shown once.
 * Callers without a credential have no slot of their own, and so no replay.
 */
export async function once<O extends z.ZodType>(
  operation: { name: string; route: string; output: O },
  { actor, caller }: { actor: Actor | null; caller: Caller },
  tx: Db,
  input: unknown,
  run: () => Promise<z.output<O>>,
): Promise<Replay<O>> {
  const key = caller.idempotencyKey;
  if (!key || !actor || !operation.route.startsWith("POST ")) return { output: await run(), replayed: false };
  await claim(tx, actor.id, key);
  const request = fingerprint(operation.name, input);
  const before = await recall(tx, actor.id, key);
  if (before && !before.request.equals(request)) throw new Refusal("idempotency_key_reused");
  if (before) return { output: before.answer as z.output<O>, replayed: true };
  const output = await run();
  const answer = withoutSecrets(operation.output, output);
  await tx
    .insert(idempotentAnswers)
    .values({ actorId: actor.id, key, operation: operation.name, request, answer })
    .onConflictDoUpdate({
      target: [idempotentAnswers.actorId, idempotentAnswers.key],
      set: { operation: operation.name, request, answer, createdAt: sql`now()` },
    });
  return { output, replayed: false };
}

async function claim(tx: Db, actorId: string, key: string) {
  const slot = sql`select pg_try_advisory_xact_lock(hashtextextended(${`${actorId} ${key}`}, 0)) as mine`;
  const { rows } = await tx.execute<{ mine: boolean }>(slot);
  if (!rows[0]?.mine) throw new Refusal("in_progress", undefined, { retryAfter: 1 });
}

async function recall(tx: Db, actorId: string, key: string) {
  const mine = and(eq(idempotentAnswers.actorId, actorId), eq(idempotentAnswers.key, key));
  const [row] = await tx
    .select()
    .from(idempotentAnswers)
    .where(and(mine, gt(idempotentAnswers.createdAt, day)));
  return row;
}

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
