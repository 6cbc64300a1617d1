import type { z } from "zod";
import type { Outgrown } from "#lib/access/issued/outgrown.ts";
import type { Allow } from "#lib/core/authorize.ts";
import type { Operation } from "#lib/core/operation.ts";
import { action, type FormAction, type Next, type Rewording } from "#lib/http/next/action.ts";
import { typedValues } from "#lib/http/next/form.ts";
import { asSeen, seenField } from "./seen.ts";

/**
 * As `action`, for an operation that changes roles, groups or memberships. Where that would outgrow secrets, nothing is
 * changed yet, and the form asks what is to become of them. Where others are outgrown than were seen, because somebody
 * changed something meanwhile or the form says something else now, it asks anew. The form has an `OutgrownQuestion`.
 */
export function rightsAction<
  I extends z.ZodType,
  O extends z.ZodType<{ outgrown: Outgrown }>,
  A extends Allow,
  S = z.output<O>,
>(operation: Operation<I, O, A>, next?: Next<z.output<O>, S>, reworded: Rewording = (input) => input): FormAction<S> {
  const change = action(operation, next, reworded);
  // Nobody ends what they did not see, whatever the form said of what it showed before.
  const changeAlone = action(operation, next, async (input, caller) => ({
    ...(await reworded(input, caller)),
    endSecretsOf: "none",
  }));
  const attempt = action(
    operation,
    async ({ outgrown }) => outgrown,
    async (input, caller) => ({ ...(await reworded(input, caller)), endSecretsOf: "none", dryRun: true }),
  );
  return async (state, form) => {
    const tried = await attempt({ status: "idle" }, form);
    if (tried.status !== "done") return tried as Awaited<ReturnType<FormAction<S>>>;
    const seen = asSeen(tried.output);
    const isDecided = form.has("endSecretsOf") && form.get(seenField) === seen;
    if (!seen) return changeAlone(state, form);
    if (isDecided) return change(state, form);
    return { status: "asks", outgrown: tried.output, values: typedValues(operation.input, form) };
  };
}
