import { line } from "#lib/core/fields.ts";

/** What an access key is called. */
export const keyLabel = line(100).meta({ description: "What it is for; may be empty", example: "nightly export" });
