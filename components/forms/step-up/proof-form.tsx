"use client";

import type { ComponentProps } from "react";
import { Form } from "#components/forms/form.tsx";
import type { Ask } from "#components/forms/passkey/ask.ts";
import { signChallenge } from "#components/forms/passkey/ceremony.ts";
import type { RequestOptions } from "#lib/sign-in/factors/passkeys/wire.ts";
import { Proof, withPasskey } from "./proof.tsx";

type ProofFormProps<Output> = ComponentProps<typeof Form<Output>> & { methods: string[]; ask: Ask<RequestOptions> };

/**
 * A form in which a person proves who they are; where that is a passkey, the browser is asked for it when it is sent.
 */
export function ProofForm<Output>({ methods, ask, children, ...rest }: ProofFormProps<Output>) {
  const prove = signChallenge(ask, "passkey");
  return (
    <Form {...rest} before={async (data) => (data.has(withPasskey) ? prove(data) : undefined)}>
      <Proof methods={methods} />
      {children}
    </Form>
  );
}
