import type { z } from "zod";
import type { Allow } from "#lib/core/authorize.ts";
import { Refusal } from "#lib/core/errors.ts";
import type { Operation } from "#lib/core/operation.ts";
import { read } from "./page.ts";

/**
 * As {@link read}, of figures that a page can do without: undefined where so many were asked for that they are not told
 * just now. What is asked by itself closes no page once its budget is spent.
 */
export async function readUnlessSpent<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  input: unknown,
): Promise<z.output<O> | undefined> {
  try {
    return await read(operation, input);
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.code === "too_many_requests") return;
    throw refusal;
  }
}

/** What the page says in their place: what could not be done, and of what too many were asked for. */
export const notNow = (what: string, asked: string): string =>
  `${what} just now: many ${asked} were asked for. Load the page again in a few seconds.`;
