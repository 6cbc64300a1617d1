import { type ProblemCode, problems } from "./problems.ts";

/** One thing that was wrong with one field. `pointer` is a JSON pointer (RFC 6901) into the input, e.g. `/name`. */
export type FieldError = { pointer: string; code: string; message: string };

/** What else a refusal may carry to the caller: RFC 9457 extension members. Never a secret of anyone else's. */
export type RefusalDetails = {
  errors?: FieldError[];
  /** Seconds until trying again makes sense. */
  retryAfter?: number;
  /** The permission that was needed. */
  required?: string;
  /** It has to be named one by one: a wildcard is not enough. */
  byName?: boolean;
  /** No token does it, whatever its scopes. */
  bySession?: boolean;
  /** The role whose denial decided. */
  deniedBy?: string;
  /** The budget that is spent: its name, tries and seconds. */
  budget?: { name: string; limit: number; window: number };
  /** How old a proof of identity may be, in seconds, and what may prove it. */
  maxAge?: number;
  methods?: string[];
  /** What a sign-in that is not finished goes on with, and until when. A secret, for the one who signs in. */
  challenge?: string;
  challengeExpiresAt?: string;
  /** HTTP methods that exist here. */
  allow?: string[];
  /** What kind of thing it is about, for an API that tells them apart; REST does not. */
  what?: string;
};

const mark = Symbol.for("latchkey.refusal");

/** Why the portal said no: a stable code, words a person can act on, and its HTTP status. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly [mark] = true;
  readonly code: ProblemCode;
  readonly details: RefusalDetails;
  /** Whom it concerns, for the record only: a failed sign-in names nobody to the caller. */
  about?: { id: string; accountId: string; credential?: { kind: string; id: string } };
  /** It stands on record already. */
  isRecorded?: boolean;

  constructor(code: ProblemCode, message: string = problems[code].fix, details: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** Pages and REST load a copy of this class each: a refusal is known by its mark, whichever of them made it. */
  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return typeof thrown === "object" && thrown !== null && mark in thrown;
  }

  get status(): number {
    return problems[this.code].status;
  }

  get title(): string {
    return problems[this.code].title;
  }
}

/** It does not exist, or is not theirs: the same answer for both. */
export const notFound = (what: string) => new Refusal("not_found", `There is no such ${what}.`, { what });

/** The state of things stands against it. */
export const conflict = (message: string, errors?: FieldError[]) => new Refusal("conflict", message, { errors });

/** One field is wrong; `field` is its name in the input. */
export const badField = (field: string, code: string, message: string) =>
  new Refusal("invalid_fields", message, { errors: [{ pointer: `/${field}`, code, message }] });

/** The budget is spent; `seconds` is the wait. */
export const tooMany = (seconds: number, budget: RefusalDetails["budget"]) =>
  new Refusal("too_many_requests", `Too many tries. Try again in ${formatDuration(seconds)}.`, {
    retryAfter: seconds,
    budget,
  });

/** A dependency is away or overloaded. Nothing was changed. */
export const unavailable = () =>
  new Refusal("unavailable", undefined, { retryAfter: 2 + Math.floor(Math.random() * 4) });

/** A wait as people say it. */
export function formatDuration(seconds: number): string {
  if (seconds === 1) return "a second";
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

const awayCodes = /^(08|40001|40P01|53|57P|57014|25006|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|ENOENT|EAI_AGAIN)/;
const awayWords =
  /timeout exceeded when trying to connect|Connection terminated|connection timeout|Query read timeout|not queryable/i;

/** Reads any thrown thing as a refusal: a database that is away is 503; everything unknown is a bug, 500. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  for (const link of causes(error)) if (isAway(link)) return unavailable();
  return new Refusal("internal_error");
}

function isAway(error: Error & { code?: unknown }): boolean {
  return awayCodes.test(String(error.code ?? "")) || awayWords.test(error.message);
}

function* causes(error: unknown): Generator<Error & { code?: unknown }> {
  for (let link = error; link instanceof Error; link = link.cause) yield link;
}

/** Does this error, or what caused it, break the named unique constraint? */
export function breaks(constraint: string, error: unknown): boolean {
  for (const link of causes(error)) if ("constraint" in link && link.constraint === constraint) return true;
  return false;
}
