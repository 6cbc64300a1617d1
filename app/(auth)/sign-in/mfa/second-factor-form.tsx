"use client";

import { askBy } from "#components/forms/passkey/ask.ts";
import { ProofForm } from "#components/forms/step-up/proof-form.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { proveSecondFactor, secondFactorOptions } from "../actions.ts";

// Whose passkeys they are, only the cookie of this sign-in says.
const ask = askBy(secondFactorOptions);

/** The second factor of who has one: whichever they choose. */
export function SecondFactorForm({ methods, children }: { methods: string[]; children: Elements }) {
  return (
    <ProofForm action={proveSecondFactor} methods={methods} ask={ask}>
      {children}
    </ProofForm>
  );
}
