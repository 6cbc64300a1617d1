import pino from "pino";
import { env } from "#lib/env.ts";

const secrets = ["password", "newPassword", "currentPassword", "secret", "token", "authorization", "cookie"];
const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

const shared = globalThis as { latchkeyLog?: pino.Logger };

/** One JSON line per event on standard output; fields that could hold a secret are removed. */
export function log(): pino.Logger {
  shared.latchkeyLog ??= pino({
    level: env().LOG_LEVEL,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths, remove: true },
    serializers: { err: describeError },
  });
  return shared.latchkeyLog;
}

/** An error without what it was about: database errors carry the statement's parameters, and rows, in many places. */
function describeError(error: unknown) {
  if (!(error instanceof Error)) return { message: messageOf(error) };
  const root = error.cause instanceof Error ? error.cause : error;
  const code = "code" in root ? root.code : undefined;
  const constraint = "constraint" in root ? root.constraint : undefined;
  return { type: root.name, message: root.message, code, constraint, stack: root.stack };
}

const messageOf = (thrown: unknown) =>
  typeof thrown === "object" && thrown !== null && "message" in thrown ? String(thrown.message) : typeof thrown;
