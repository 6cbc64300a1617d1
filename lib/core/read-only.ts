import { env } from "#lib/env.ts";
import { Refusal } from "./errors.ts";

/** Refuses a change while `READ_ONLY` is on, unless its definition says that it goes on. */
export function requireWritable({ whileReadOnly }: { whileReadOnly?: "allowed" | undefined }): void {
  if (env().READ_ONLY === "on" && whileReadOnly !== "allowed") throw new Refusal("writes_disabled");
}
