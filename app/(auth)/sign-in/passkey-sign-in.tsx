"use client";

import { Fingerprint } from "lucide-react";
import { useEffect, useRef } from "react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { askAt } from "#components/forms/passkey/ask.ts";
import { offer, signChallenge } from "#components/forms/passkey/ceremony.ts";
import type { RequestOptions } from "#lib/sign-in/factors/passkeys/wire.ts";
import { signInWithPasskey } from "./actions.ts";

const ask = askAt<RequestOptions>("/sign-in/passkey/options");
const prove = signChallenge(ask, "response");

/** Shorter than what was asked with is good for. */
const offerAgain = 4 * 60_000;

/** Signing in with a passkey: by its button, or by choosing it among what the browser fills in. */
export function PasskeySignIn({ goOn }: { goOn: string }) {
  const chosen = useRef<HTMLInputElement>(null);

  useEffect(() => {
    let isGone = false;
    async function offerPasskeys() {
      if (document.hidden) return;
      const response = await offer(ask);
      const field = chosen.current;
      if (!response || !field || isGone) return;
      field.value = response;
      field.form?.requestSubmit();
      field.value = "";
    }
    offerPasskeys();
    const timer = setInterval(offerPasskeys, offerAgain);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, []);

  return (
    <div className="needs-script mt-5 border-t border-line pt-5">
      <Form action={signInWithPasskey} before={prove}>
        <input type="hidden" name="$return_to" value={goOn} />
        <input ref={chosen} type="hidden" name="response" />
        <SubmitButton tone="secondary" wide busy="Waiting for your passkey…">
          <Fingerprint aria-hidden /> Sign in with a passkey
        </SubmitButton>
      </Form>
    </div>
  );
}
