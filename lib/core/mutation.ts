import type { z } from "zod";
import { type Db, transaction, withTenant } from "#db/client.ts";
import { recordChange } from "./audit.ts";
import type { Allow } from "./authorize.ts";
import { Refusal } from "./errors.ts";
import type { RunContext } from "./execute.ts";
import { extendStepUp } from "./freshness.ts";
import { once, type Replay } from "./idempotency.ts";
import { queueNotice } from "./notice.ts";
import type { AuditContext, Operation } from "./operation.ts";
import { asksForStepUp } from "./rules.ts";
import { isBound } from "./tenant.ts";
import { isUnchanged } from "./unchanged.ts";

export async function change<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  context: RunContext<A>,
  input: z.output<I>,
): Promise<Replay<O>> {
  const done = await once(operation, context, input, (keep) =>
    transaction((tx) => apply(operation, context, tx, input, keep)),
  );
  if (done instanceof Refusal) throw done;
  return done;
}

/** A refusal that is returned ends here: the transaction is to commit what was written until then. */
async function apply<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  context: RunContext<A>,
  tx: Db,
  input: z.output<I>,
  keep: (tx: Db, output: z.output<O>) => Promise<void>,
): Promise<z.output<O> | Refusal> {
  const run = async (tx: Db) => operation.run({ ...context, tx }, input);
  const result = await (isBound(operation) ? withTenant(tx, context.tenant.visibleAccountIds, run) : run(tx));
  if (result instanceof Refusal) return result;
  const isDone = !isUnchanged(result);
  const output = operation.output.parse(isDone ? result : result.output);
  if (isDone) await tell(operation, context, tx, { actor: context.actor, input, output, tenant: context.tenant });
  if (asksForStepUp(operation) && context.actor) await extendStepUp(tx, context.actor);
  await keep(tx, output);
  return output;
}

/** The record, and whom it concerns. */
async function tell<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  context: RunContext<A>,
  tx: Db,
  done: AuditContext<A, z.output<I>, z.output<O>>,
): Promise<void> {
  const note = operation.audit?.(done);
  if (note) await recordChange(tx, operation.name, context, note);
  const notice = operation.notify?.(done);
  if (notice) await queueNotice(tx, notice);
}
