import { askAt } from "#components/forms/passkey/ask.ts";
import type { RequestOptions } from "#lib/sign-in/factors/passkeys/wire.ts";

/** What a passkey of the person who is signed in is asked with. */
export const askToStepUp = askAt<RequestOptions>("/sessions/current/step-up/options");
