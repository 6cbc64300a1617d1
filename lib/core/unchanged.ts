import { isDeepStrictEqual } from "node:util";

const mark: unique symbol = Symbol.for("latchkey.unchanged");

/**
 * The output of an operation that found all as it was to be: see {@link unchanged}. Known by its mark, in every copy of
 * this.
 */
export type Unchanged<O> = { [mark]: true; output: O };

/**
 * What `run` answers where it did nothing, since all was as it was to be: nothing goes on record, and nobody is told.
 * Else somebody fills their account's record, which is kept for good, by doing the same again and again.
 */
export const unchanged = <O>(output: O): Unchanged<O> => ({ [mark]: true, output });

export const isUnchanged = (result: unknown): result is Unchanged<unknown> =>
  typeof result === "object" && result !== null && mark in result;

/** Does the row say all this already? */
export const hasValues = <R extends object>(row: R, wanted: Partial<R>): boolean =>
  (Object.keys(wanted) as (keyof R)[]).every((field) => isDeepStrictEqual(row[field], wanted[field]));
