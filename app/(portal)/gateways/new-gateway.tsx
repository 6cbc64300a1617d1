"use client";

import { Form, SubmitButton } from "#components/forms/form.tsx";
import { CopySecret } from "#components/forms/secret-dialog/secret-dialog.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { createGateway } from "./actions.ts";

const offered = ["Value", ".env line"] as const;

/** Asks for a name, and shows the id and secret of the new gateway this once. */
export function NewGateway({ account, appUrl }: { account?: string; appUrl: string }) {
  return (
    <Card
      title="New gateway"
      description="Name it by what stands behind it. Give each gateway its own, so that one can go without the others."
    >
      <Form
        action={createGateway}
        success="The gateway was made."
        className="flex flex-wrap items-end gap-3"
        whenDone={({ name, credential }) => (
          <CopySecret
            name={name}
            kind="id and secret"
            variable="LATCHKEY_GATEWAY"
            offered={offered}
            secret={credential}
            appUrl={appUrl}
          />
        )}
      >
        {account && <input type="hidden" name="accountId" value={account} />}
        <div className="min-w-56 flex-1">
          <Field name="name" label="Name" required>
            <Input maxLength={100} placeholder="api.example.com" autoComplete="off" spellCheck={false} />
          </Field>
        </div>
        <SubmitButton busy="Making…">Make gateway</SubmitButton>
      </Form>
    </Card>
  );
}
