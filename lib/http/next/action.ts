import { refresh } from "next/cache";
import type { z } from "zod";
import type { Outgrown } from "#lib/access/issued/outgrown.ts";
import type { Allow } from "#lib/core/authorize.ts";
import { asRefusal, type FieldError, Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import { log } from "#lib/core/log.ts";
import type { Operation } from "#lib/core/operation.ts";
import { type KnownCaller, requireSameOrigin } from "../callers.ts";
import { inputOf, typedValues } from "./form.ts";
import { pageCaller } from "./page.ts";

/** What a refused operation looks like to a form: RFC 9457 members in the portal's words. */
export type Problem = {
  status: number;
  code: string;
  title: string;
  detail: string;
  requestId: string;
  retryAfter?: number;
  /** What may prove who one is, where step-up is asked for. */
  methods?: string[];
  errors: FieldError[];
};

/**
 * The state of a form between two submissions. `values` are the text fields as typed, so that nothing is lost: of a
 * form that was refused, that asks first what is to become of secrets, or that is to go on as it stands.
 */
export type ActionState<Output = unknown> =
  | { status: "idle" }
  | { status: "done"; output: Output; values?: Record<string, string> }
  | { status: "asks"; outgrown: Outgrown; values: Record<string, string> }
  | { status: "refused"; problem: Problem; values: Record<string, string> };

/** A form's server side, as `useActionState` wants it. */
export type FormAction<Output = unknown> = (state: ActionState<Output>, form: FormData) => Promise<ActionState<Output>>;

/**
 * What a form goes on to do once its operation is done: set a cookie, go to another page. What it answers is what the
 * browser gets in place of the output: a session's secret never goes there.
 */
export type Next<O, S> = (output: O, caller: KnownCaller, form: FormData) => Promise<S>;

type Input = Record<string, unknown>;

/** Says what a form says in the operation's own terms, where the two differ: a choice of days as an instant. */
export type Rewording = (input: Input, caller: KnownCaller) => Input | Promise<Input>;

/**
 * An operation as the action of a form. Takes forms of our own origin only; authenticates, authorizes and
 * validates by itself, as `execute` does everywhere (I-39).
 */
export function action<I extends z.ZodType, O extends z.ZodType, A extends Allow, S = z.output<O>>(
  operation: Operation<I, O, A>,
  next: Next<z.output<O>, S> = shown,
  reworded: Rewording = (input) => input,
): FormAction<S> {
  return async (_, form) => {
    const caller = await pageCaller("POST");
    try {
      requireSameOrigin(await originOf());
      const input = await reworded(await inputOf(operation.input, form), caller);
      const { output } = await execute(operation, caller, input);
      const told = await next(output, caller, form);
      refresh();
      return { status: "done", output: told };
    } catch (error) {
      if (isNextsOwn(error)) throw error;
      // What an operation refuses is in the log already; this went wrong around it.
      if (!(error instanceof Refusal)) log().error({ err: error, requestId: caller.requestId }, "form failed");
      const problem = toProblem(toPerson(asRefusal(error)), caller.requestId);
      return { status: "refused", problem, values: typedValues(operation.input, form) };
    }
  };
}

/** Without anything to go on to, the browser gets the output as it is. */
const shown = async <O, S>(output: O) => output as unknown as S;

async function originOf(): Promise<string | undefined> {
  const { headers } = await import("next/headers");
  return (await headers()).get("origin") ?? undefined;
}

/** Next says "go to this page" by throwing. */
const isNextsOwn = (error: unknown) =>
  error instanceof Error && "digest" in error && String(error.digest).startsWith("NEXT_");

/** A refusal as somebody reads it who has a page before them, and neither a token to send nor an address to check. */
function toPerson(refusal: Refusal): Refusal {
  const { code, details } = refusal;
  if (code === "unauthenticated") return new Refusal("session_ended", undefined, details);
  if (code !== "not_found" || !details.what) return refusal;
  const words = `The ${details.what} is no longer there. It may have ended or been removed since you opened this page.`;
  return new Refusal("not_found", words, details);
}

const toProblem = (refusal: Refusal, requestId: string): Problem => ({
  status: refusal.status,
  code: refusal.code,
  title: refusal.title,
  detail: refusal.message,
  requestId,
  retryAfter: refusal.details.retryAfter,
  methods: refusal.details.methods,
  errors: refusal.details.errors ?? [],
});
