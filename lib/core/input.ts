import type { z } from "zod";
import { Refusal } from "./errors.ts";
import { inputWords } from "./input-words.ts";

/** Reads what was given by its schema. Refuses `invalid_fields`, with what is wrong of each field, in our own words. */
export function readInput<I extends z.ZodType>(schema: I, raw: unknown): z.output<I> {
  const parsed = schema.safeParse(raw, { error: inputWords });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldErrors);
  throw new Refusal("invalid_fields", summary(errors), { errors });
}

function fieldErrors(issue: z.core.$ZodIssue) {
  if (issue.code !== "unrecognized_keys")
    return [{ pointer: pointer(issue.path), code: issue.code, message: issue.message }];
  return issue.keys.map((key) => ({
    pointer: pointer([...issue.path, key]),
    code: "unknown_field",
    message: "There is no such field here.",
  }));
}

const pointer = (path: PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

const summary = (errors: { pointer: string; message: string }[]) =>
  errors.map(({ pointer, message }) => `${pointer.slice(1) || "input"}: ${message}`).join(" ");
