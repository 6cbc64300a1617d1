/**
 * What may be kept of why something failed: in the log, and with a job. An error of a statement holds the statement
 * with its values (addresses, hashes, whole rows) in its message and again in its stack, and a mail server quotes what
 * it refuses: none of that goes anywhere (I-46).
 */
type Failure = { type: string; message: string; code?: unknown; constraint?: unknown; stack?: string };

/** Tells a failure by what began it: whatever is wrapped around that says less, or too much. */
export function tellFailure(thrown: unknown): Failure {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: messageOf(thrown) };
  const root = rootOf(thrown);
  const { code, constraint } = root as Error & { code?: unknown; constraint?: unknown };
  return { type: root.name, message: sayable(root, code), code, constraint, stack: framesOf(root) };
}

function rootOf(error: Error): Error {
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

function sayable(error: Error, code: unknown): string {
  const isStatement = "query" in error && "params" in error;
  if (isStatement) return "a statement failed";
  // Class 22 of Postgres, bad data, ends with the datum: `invalid input syntax for type uuid: "…"`.
  const said = /^22/.test(String(code)) ? error.message.replace(/: ".*"$/s, "") : error.message;
  return clean(said);
}

/** Links of ours are secrets; a NUL cannot be kept by Postgres at all. */
const clean = (text: string) => text.replace(/lk_[a-z]{3}_\w*/g, "lk_…").replaceAll("\0", "");

/** Where it failed, without the message, which the stack begins with. */
const framesOf = ({ stack = "" }: Error) =>
  stack
    .split("\n")
    .filter((text) => /^ {4}at /.test(text))
    .join("\n");

/** A failure for somebody at a terminal, who started what failed. */
export function failureInWords(thrown: unknown): string {
  const { type, message, stack } = tellFailure(thrown);
  return [`${type}: ${message}`, stack].filter(Boolean).join("\n");
}

const messageOf = (thrown: unknown) =>
  typeof thrown === "object" && thrown !== null && "message" in thrown ? clean(String(thrown.message)) : typeof thrown;
