import { env } from "#lib/env.ts";
import { Refusal } from "./errors.ts";

/** Signing in and out goes on, although it writes: nobody could read otherwise. */
const goesOn = /^((sign_in|sessions|step_up)\.|api_users\.sign_in$)/;

/** Refuses a change while `READ_ONLY` is on. */
export function requireWritable(operation: string): void {
  if (env().READ_ONLY === "on" && !goesOn.test(operation)) throw new Refusal("writes_disabled");
}
