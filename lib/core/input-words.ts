import type { z } from "zod";

type Issue = z.core.$ZodRawIssue;

/**
 * What is said of an input where its schema has no words of its own: what to write in place of what was sent. Given to
 * zod wherever something is read that people sent, since its own words ("Invalid input: expected …") say neither.
 */
export function inputWords(issue: Issue): string {
  if (issue.code === "invalid_type") return issue.input === undefined ? missing : wantedOf(issue.expected);
  if (issue.code === "too_big") return atMost(issue.origin, Number(issue.maximum));
  if (issue.code === "too_small") return atLeast(issue.origin, Number(issue.minimum));
  if (issue.code === "invalid_value") return issue.input === undefined ? missing : oneOf(issue.values);
  if (issue.code === "invalid_format") return formats[issue.format] ?? "Write this as the API documentation says.";
  if (issue.code === "not_multiple_of") return `Use a multiple of ${issue.divisor}.`;
  if (issue.code === "invalid_key") return "One of the names in it is too long, or is none.";
  if (issue.code === "invalid_union") return issue.input === undefined ? missing : ofUnion(issue.errors);
  return "This cannot be used here: write it as the API documentation says.";
}

const missing = "Fill this in.";

const kinds: Record<string, string> = {
  string: "Write this as text.",
  number: "Write a number.",
  int: "Write a whole number.",
  boolean: "Write true or false.",
  array: "Write a list.",
  object: "Write an object with fields.",
  record: "Write an object with fields.",
  null: "Leave this empty.",
};

const wantedOf = (kind: string) => kinds[kind] ?? "Write this in the form that the API documentation says.";

const formats: Record<string, string> = {
  uuid: "Write an id, like 0190a6f0-0000-7000-8000-000000000001.",
  datetime: "Write an instant like 2030-01-31T12:00:00Z.",
  date: "Write a day like 2030-01-31.",
  url: "Write a whole address that begins with https://.",
  email: "Write one address, like ada@example.org.",
};

const measures: Record<string, string> = { string: " characters", array: " entries", set: " entries", map: " entries" };

const atMost = (origin: string, max: number) =>
  measures[origin] ? `Use at most ${max}${measures[origin]}.` : `Use ${max} or less.`;

function atLeast(origin: string, least: number): string {
  if (least === 1 && measures[origin]) return origin === "string" ? missing : "Give at least one.";
  return measures[origin] ? `Use at least ${least}${measures[origin]}.` : `Use ${least} or more.`;
}

const oneOf = (values: unknown[]) =>
  values.length === 1 ? `Write ${values[0]}.` : `Choose one of ${values.map(String).join(", ")}.`;

/**
 * Of several forms that would do, what is said of each; a form of another kind altogether is left out where it can be.
 */
function ofUnion(errors: z.core.$ZodIssue[][] = []): string {
  const near = errors.filter(([first]) => first?.code !== "invalid_type");
  const said = (near.length ? near : errors).flatMap(([first]) => first?.message ?? []);
  return [...new Set(said)].join(" Or: ") || "Write this in one of the forms that the API documentation says.";
}
