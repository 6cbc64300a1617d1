"use client";

import { RecoveryCodes } from "#components/forms/enrol/recovery-codes.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { askAt } from "#components/forms/passkey/ask.ts";
import { create } from "#components/forms/passkey/ceremony.ts";
import { Checkbox } from "#components/ui/choice.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import type { CreationOptions } from "#lib/sign-in/factors/passkeys/wire.ts";
import { addPasskey } from "./actions.ts";

const make = create(askAt<CreationOptions>("/me/passkeys/options"), "response");

/** Has the browser make a passkey and adds it; with the first factor come recovery codes. */
export function AddPasskey({ isFirst }: { isFirst: boolean }) {
  return (
    <>
      <noscript>
        <p className="hint">Passkeys are made by scripts, which this browser does not run for this page.</p>
      </noscript>
      <div className="needs-script grid gap-5">
        <Form action={addPasskey} before={make} success="The passkey was added" whenDone={codes}>
          <div className="max-w-sm">
            <Field name="name" label="Name" hint="So that you can tell your passkeys apart." required>
              <Input defaultValue={isFirst ? "My passkey" : ""} maxLength={100} autoComplete="off" />
            </Field>
          </div>
          <Checkbox
            name="endOtherSessions"
            label="End my other sessions"
            description="They were signed in without this passkey."
            defaultChecked
          />
          <div>
            <SubmitButton busy="Waiting for your passkey…">Add a passkey</SubmitButton>
          </div>
        </Form>
      </div>
    </>
  );
}

const codes = ({ recoveryCodes }: { recoveryCodes: string[] }) =>
  recoveryCodes.length > 0 && <RecoveryCodes codes={recoveryCodes} onward="/passkeys" />;
