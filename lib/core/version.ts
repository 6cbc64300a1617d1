import { z } from "zod";
import { Refusal } from "./errors.ts";

/** The version that a change is based on: of the input, or of `If-Match`. */
export const version = z.coerce
  .number()
  .int()
  .optional()
  .meta({ description: "The version you read; refused when it has grown" });

/** Refuses `version_conflict` where somebody else changed it since it was read; `what` begins the sentence. */
export function assertVersion(expected: number | undefined, current: number, what: string): void {
  if (expected === undefined || expected === current) return;
  throw new Refusal("version_conflict", `${what} was changed in the meantime. Nothing was saved.`);
}
