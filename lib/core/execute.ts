import type { z } from "zod";
import { type Db, readAsTenant, reader } from "#db/client.ts";
import type { Actor, Caller } from "./actor.ts";
import { recordExport, recordRefusal } from "./audit.ts";
import { type Allow, authorize, withOwnersRights } from "./authorize.ts";
import { spendChange, spendFurther } from "./changes.ts";
import { asRefusal, Refusal } from "./errors.ts";
import type { Replay } from "./idempotency.ts";
import { readInput } from "./input.ts";
import { canonicalAddress } from "./limit-keys.ts";
import { type Remaining, spend } from "./limits.ts";
import { log } from "./log.ts";
import { change } from "./mutation.ts";
import type { Operation, Route, Who } from "./operation.ts";
import { requireWritable } from "./read-only.ts";
import { isBound, NO_TENANT, resolveTenant, type Tenant } from "./tenant.ts";

/** What came of it: the output, what is left of the budget, and whether this is an answer given before. */
export type Outcome<O extends z.ZodType> = {
  output: z.output<O>;
  actor: Actor | null;
  remaining?: Remaining;
  replayed: boolean;
};

/**
 * The only way an operation happens: limit, who, parse, authorize, run, and its audit entry in the same
 * transaction. Throws a {@link Refusal}; anything else that goes wrong inside becomes one, logged.
 */
export async function execute<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  caller: Caller,
  raw: unknown,
): Promise<Outcome<O>> {
  let actor: Actor | null = null;
  let tenant = NO_TENANT;
  let input: z.output<I> | undefined;
  try {
    actor = await authenticate(operation, caller);
    let left = operation.audit && actor ? await spendChange(actor, operation) : undefined;
    const limited = operation.limit && (await spend(operation.limit, whose(operation, actor, caller)));
    if (operation.allow !== "anyone" && !actor) throw new Refusal("unauthenticated");
    input = readInput(operation.input, raw);
    if (actor) tenant = await whereTo(operation, actor, input);
    authorize(operation, actor, tenant);
    if (operation.audit) requireWritable(operation);
    if (operation.changes && actor) left = (await spendFurther(actor, operation.changes(input))) ?? left;
    const context = { actor: (actor && withOwnersRights(operation, actor)) as Who<A>, caller, tenant };
    const { output, replayed } = operation.audit
      ? await change(operation, context, input)
      : await look(operation, context, input);
    log()[operation.audit ? "info" : "debug"](
      { operation: operation.name, actor: actor?.id, requestId: caller.requestId },
      "done",
    );
    return { output, actor, remaining: limited ?? left, replayed };
  } catch (error) {
    throw await refuse({ ...operation, input }, { actor, caller, tenant }, error);
  }
}

/**
 * Refuses, as {@link execute} does and on record, whoever may not do this in that account: for transports, before they
 * read something large of what was sent.
 */
export async function preauthorize(operation: Operation, caller: Caller, accountId: unknown): Promise<void> {
  let actor: Actor | null = null;
  let tenant = NO_TENANT;
  try {
    actor = await authenticate(operation, caller);
    if (actor) tenant = await whereTo(operation, actor, { accountId });
    authorize(operation, actor, tenant);
  } catch (error) {
    throw await refuse({ ...operation, input: undefined }, { actor, caller, tenant }, error);
  }
}

async function whereTo(operation: Operation, actor: Actor, input: unknown): Promise<Tenant> {
  if (!isBound(operation)) return { accountId: actor.accountId, rights: null, visibleAccountIds: [] };
  return resolveTenant(operation, actor, (input as { accountId?: unknown }).accountId);
}

/** Where anyone may, a session that has ended is as good as none: or nobody could sign in again. */
async function authenticate({ allow }: Operation, caller: Caller): Promise<Actor | null> {
  try {
    return await caller.who();
  } catch (error) {
    const isOver = error instanceof Refusal && ["session_ended", "owner_inactive"].includes(error.code);
    if (allow === "anyone" && isOver) return null;
    throw error;
  }
}

const whose = ({ endsOwn }: Operation, actor: Actor | null, caller: Caller) =>
  (endsOwn ? actor?.credential.id : actor?.id) ?? canonicalAddress(caller.address);

export type RunContext<A extends Allow> = { actor: Who<A>; caller: Caller; tenant: Tenant };

async function look<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  context: RunContext<A>,
  input: z.output<I>,
): Promise<Replay<O>> {
  const run = (tx: Db) => operation.run({ ...context, tx }, input);
  const result = await (isBound(operation) ? readAsTenant(context.tenant.visibleAccountIds, run) : run(reader()));
  if (result instanceof Refusal) throw result;
  const output = operation.output.parse(result);
  const note = operation.auditExport?.({ actor: context.actor, input });
  if (note) await recordExport(operation.name, context, note);
  return { output, replayed: false };
}

type Requester = { actor: Actor | null; caller: Caller; tenant: Tenant };

type Refused = { name: string; route: Route | null; target?: string; input: unknown };

async function refuse(operation: Refused, by: Requester, error: unknown): Promise<Refusal> {
  const refusal = asRefusal(error);
  const { actor, caller } = by;
  const { requestId } = caller;
  const facts = { operation: operation.name, code: refusal.code, actor: actor?.id, requestId };
  if (refusal.status >= 500) log().error({ ...facts, err: error }, "failed");
  else log().info(facts, "refused");
  await recordRefusal(operation, by, refusal);
  return refusal;
}
