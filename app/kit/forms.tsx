"use client";

import { useState } from "react";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { QrCode } from "#components/forms/enrol/qr-code.tsx";
import { RecoveryCodes } from "#components/forms/enrol/recovery-codes.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { NewPassword } from "#components/forms/new-password/new-password.tsx";
import { RenameButton } from "#components/forms/rename-button.tsx";
import { NewSecretDialog } from "#components/forms/secret-dialog/new-secret-dialog.tsx";
import { CopySecret } from "#components/forms/secret-dialog/secret-dialog.tsx";
import { Proof } from "#components/forms/step-up/proof.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { FormAction } from "#lib/http/next/action.ts";
import { refusal } from "./controls.tsx";

const done: FormAction<{ secret: string }> = async () => ({
  status: "done",
  output: { secret: "kit_0123456789abcdef" },
});
const refused: FormAction<never> = async () => ({ status: "refused", problem: refusal, values: {} });
const unfinished: FormAction<never> = () => new Promise(() => {});

/** Forms and their dialogs; nothing is sent anywhere. */
export function Forms() {
  return (
    <>
      <Outcomes />
      <Dialogs />
      <Proofs />
    </>
  );
}

const Outcomes = () => (
  <Card id="outcomes" title="Forms" description="One that is done, one that is refused, one that takes its time.">
    <div className="grid gap-6">
      {Object.entries({ done, refused, unfinished }).map(([name, action]) => (
        <Form key={name} action={action as FormAction} success="It was done." saidInline>
          <Field name="text" label={`A field of the form that is ${name}`}>
            <Input autoComplete="off" />
          </Field>
          <div>
            <SubmitButton busy="Sending…">{`Send: ${name}`}</SubmitButton>
          </div>
        </Form>
      ))}
    </div>
  </Card>
);

const Dialogs = () => (
  <Card id="dialogs" title="Dialogs with forms">
    <div className="flex flex-wrap gap-2.5">
      <ConfirmButton
        id="kit-confirm"
        label="End a thing…"
        title="End nightly export?"
        action={done}
        verb="End it"
        success="It was ended."
        typed="nightly export"
      >
        It was used two minutes ago. Whatever still uses it is refused from then on.
      </ConfirmButton>
      <RenameButton id="kit-rename" name="nightly export" action={done} success="Renamed" />
      <Button opens="kit-secret">Make a secret…</Button>
      <NewSecretDialog
        id="kit-secret"
        title="A new secret?"
        description="You see it once."
        action={done}
        verb="Make it"
        reveal={({ secret }) => <CopySecret name="nightly export" secret={secret} appUrl="https://portal.example" />}
      >
        <Field name="label" label="What it is for" optional>
          <Input autoComplete="off" />
        </Field>
      </NewSecretDialog>
      <Button onClick={() => toast("It was done.")}>Show a toast</Button>
    </div>
  </Card>
);

function Proofs() {
  const [methods] = useState(["totp", "recovery_code", "password"]);
  return (
    <Card id="proofs" title="Passwords, proofs and codes">
      <div className="grid gap-6">
        <Form action={done}>
          <NewPassword name="newPassword" label="New password" />
        </Form>
        <Form action={done}>
          <Proof methods={methods} />
        </Form>
        <QrCode text="otpauth://totp/kit" label="A code to scan" />
        <RecoveryCodes codes={["abcd-efgh", "ijkl-mnop"]} onward="/kit" />
      </div>
    </Card>
  );
}
