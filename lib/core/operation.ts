import type { z } from "zod";
import { type Db, readAsTenant, reader, transaction, withTenant } from "#db/client.ts";
import type { Actor, Caller } from "./actor.ts";
import { type AuditNote, recordChange, recordExport, recordRefusal } from "./audit.ts";
import { type Allow, authorize, withOwnersRights } from "./authorize.ts";
import { spendChange, spendFurther } from "./changes.ts";
import { asRefusal, Refusal } from "./errors.ts";
import { extendStepUp } from "./freshness.ts";
import { once, type Replay } from "./idempotency.ts";
import { readInput } from "./input.ts";
import { canonicalAddress } from "./limit-keys.ts";
import { type Budget, type Remaining, spend } from "./limits.ts";
import { log } from "./log.ts";
import { type Notice, queueNotice } from "./notice.ts";
import { requireWritable } from "./read-only.ts";
import { asksForStepUp, type CheckedOperation, type StatedRules } from "./rules.ts";
import { isBound, NO_TENANT, resolveTenant, type Tenant } from "./tenant.ts";
import { isUnchanged, type Unchanged } from "./unchanged.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The method and the path at which REST offers an operation. */
type Route = `${Method} /${string}`;

type Who<A extends Allow> = A extends "anyone" ? Actor | null : Actor;

/**
 * What an operation runs with. `tx` is its transaction, or the read-only pool when it has no `audit`; where its input
 * names an account, the database shows it the rows of `place` alone.
 */
export type Context<A extends Allow = Allow> = { actor: Who<A>; tx: Db; caller: Caller; tenant: Tenant };

type AuditContext<A extends Allow, I, O> = { actor: Who<A>; input: I; output: O; tenant: Tenant };

/**
 * Something the product can do. The form, the REST route, the API document, the permission check, the rate
 * limit and the audit line are all read off it. Without `audit` it cannot write: Postgres refuses.
 */
export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, A extends Allow = Allow>
  extends CheckedOperation<A> {
  name: string;
  summary: string;
  /** Where REST offers it; null for what only compatible APIs do. */
  route: Route | null;
  /** How often one actor may do it (one credential, where it `endsOwn`), or one address where anyone may. */
  limit?: Budget;
  /** How many changes one call makes, of those that a credential has in a minute; one, where it does not say. */
  changes?(input: z.output<I>): number;
  /**
   * It only ends or replaces credentials of whoever does it, or takes back what a thief did with one. Its budgets are
   * those of the credential alone: nobody who has stolen another one can spend what its owner needs to end that.
   */
  endsOwn?: true;
  /** With an `Idempotency-Key` it happens once for all requests of that key, which get the same answer (I-53). */
  idempotencyKey?: true;
  /** The field of its input with the id of what it is done to, for the record of refusals, where no route names it. */
  target?: string;
  /**
   * A scope of a compatible API whose contract has it that a token of this scope does this as its owner would: with all
   * the rights of its owner, not only those that the scope carries. No operation of /api/v1 states one (I-24).
   */
  withOwnersRights?: string;
  /** A permission that lets it be done to anybody, whatever they hold: using it takes a role that names it (I-29). */
  override?: "override:user";
  input: I;
  output: O;
  /** What the person concerned is told, queued in the same transaction. */
  notify?(done: AuditContext<A, z.output<I>, z.output<O>>): Notice | null;
  /** What goes on record, in the same transaction; null (`notAudited`) where nothing of consequence is done. */
  audit?(done: AuditContext<A, z.output<I>, z.output<O>>): AuditNote | null;
  /**
   * Of what changes nothing and yet hands out a whole file: what goes on record of that, before its first piece goes
   * out, in a statement of its own, since there is no transaction to put it in. Without that record there is no file.
   */
  auditExport?(asked: { actor: Who<A>; input: z.output<I> }): AuditNote;
  /**
   * What is done. A refusal that is returned, not thrown, stands with all that was written until then; of what was
   * `unchanged` nothing goes on record.
   */
  run(context: Context<A>, input: z.output<I>): Promise<z.input<O> | Unchanged<z.input<O>> | Refusal>;
}

/** An operation that REST offers. */
export type RestOperation = Operation & { route: Route };

/** States an operation, its rules too where it changes something; the types follow from its schemas. */
export const defineOperation = <
  I extends z.ZodType,
  O extends z.ZodType,
  const A extends Allow,
  R extends Route | null,
>(
  operation: Operation<I, O, A> & { route: R } & StatedRules,
): Operation<I, O, A> & { route: R } => operation;

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

type RunContext<A extends Allow> = { actor: Who<A>; caller: Caller; tenant: Tenant };

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

async function change<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
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
