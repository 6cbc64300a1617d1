import pino from "pino";
import { env } from "#lib/env.ts";
import { tellFailure } from "./failure.ts";

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
    serializers: { err: tellFailure },
  });
  return shared.latchkeyLog;
}
