import { isFromBefore, whyUnanswered } from "#components/forms/unanswered.ts";
import type { Problem } from "#lib/http/next/action.ts";
import type { CreationOptions, RequestOptions } from "#lib/sign-in/factors/passkeys/wire.ts";
import type { Ask } from "./ask.ts";

// Loaded when it is first needed: most visits end without it.
const library = () => import("@simplewebauthn/browser");

/** Has a passkey made, and puts what the browser answers into the form. */
export const create =
  (ask: Ask<CreationOptions>, field: string) =>
  (data: FormData): Promise<Problem | undefined> =>
    answered(ask, data, field, async (options) => {
      const { startRegistration } = await library();
      return startRegistration({ optionsJSON: options });
    });

/** Has a passkey sign, and puts what the browser answers into the form. */
export const signChallenge =
  (ask: Ask<RequestOptions>, field: string) =>
  (data: FormData): Promise<Problem | undefined> =>
    answered(ask, data, field, (options) => signed(options));

/** Offers passkeys among what the browser fills in, until one is chosen: its answer, for a form; null without one. */
export async function offer(ask: Ask<RequestOptions>): Promise<string | null> {
  try {
    const { browserSupportsWebAuthnAutofill } = await library();
    if (!window.PublicKeyCredential || !(await browserSupportsWebAuthnAutofill())) return null;
    const asked = await ask();
    return "options" in asked ? JSON.stringify(await signed(asked.options, true)) : null;
  } catch {
    // Nobody asked for this yet: a passkey that is not chosen, or not there, is no trouble.
    return null;
  }
}

async function answered<Options>(
  ask: Ask<Options>,
  data: FormData,
  field: string,
  answer: (options: Options) => Promise<unknown>,
): Promise<Problem | undefined> {
  if (data.get(field)) return;
  const asked = await ask();
  if ("problem" in asked) return asked.problem;
  try {
    data.set(field, JSON.stringify(await answer(asked.options)));
  } catch (error) {
    return problemOf(error);
  }
}

async function signed(optionsJSON: RequestOptions, useBrowserAutofill = false) {
  const { startAuthentication } = await library();
  return startAuthentication({ optionsJSON, useBrowserAutofill });
}

const words: Record<string, string> = {
  NotAllowedError: "It was cancelled, or took too long. Try again when you are ready.",
  InvalidStateError: "This device, or where it keeps its passkeys, has one of yours already.",
  NotSupportedError: "This device cannot make a passkey that the portal knows how to check.",
  ConstraintError: "This device cannot check that it is you. Set up its screen lock or PIN, or use another one.",
  SecurityError: "Passkeys work only at the portal's own address, over HTTPS.",
};

function problemOf(error: unknown): Problem {
  if (isFromBefore(error)) return whyUnanswered(error);
  const name = error instanceof Error ? error.name : "";
  const detail = words[name] ?? "This browser could not use a passkey. Try another way, or another browser.";
  return { status: 400, code: "no_passkey", title: "No passkey was used", detail, requestId: "", errors: [] };
}
