import type { z } from "zod";
import type { Db } from "#db/client.ts";
import type { Actor, Caller } from "./actor.ts";
import type { AuditNote } from "./audit.ts";
import type { Allow } from "./authorize.ts";
import type { Refusal } from "./errors.ts";
import type { Budget } from "./limits.ts";
import type { Notice } from "./notice.ts";
import type { CheckedOperation, StatedRules } from "./rules.ts";
import type { Tenant } from "./tenant.ts";
import type { Unchanged } from "./unchanged.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The method and the path at which REST offers an operation. */
export type Route = `${Method} /${string}`;

export type Who<A extends Allow> = A extends "anyone" ? Actor | null : Actor;

/**
 * What an operation runs with. `tx` is its transaction, or the read-only pool when it has no `audit`; where its input
 * names an account, the database shows it the rows of `place` alone.
 */
export type Context<A extends Allow = Allow> = { actor: Who<A>; tx: Db; caller: Caller; tenant: Tenant };

export type AuditContext<A extends Allow, I, O> = { actor: Who<A>; input: I; output: O; tenant: Tenant };

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
