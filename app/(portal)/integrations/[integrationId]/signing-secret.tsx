"use client";

import { CopySecret } from "#components/copy-secret.tsx";
import { Form, SubmitButton } from "#components/form.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Integration } from "#lib/integrations/list.ts";
import { renewSigningSecret } from "../actions.ts";

type SigningProps = { integration: Integration; accountId?: string };

/** A new secret for signing the calls to the hook; the one before is worthless at once. */
export function SigningSecret({ integration: { id }, accountId }: SigningProps) {
  return (
    <Card
      id="signing"
      title="Signing secret"
      description="Calls to the hook are signed with it. A new one counts at once: calls that the hook refuses until it knows it are tried again."
    >
      <Form
        action={renewSigningSecret}
        whenDone={({ name, signingSecret }) =>
          signingSecret && (
            <CopySecret
              name={name}
              kind="signing secret"
              secret={signingSecret}
              offered={["Value", ".env line"]}
              variable="HOOK_SECRET"
              appUrl=""
            />
          )
        }
      >
        <input type="hidden" name="integrationId" value={id} />
        {accountId && <input type="hidden" name="accountId" value={accountId} />}
        <div>
          <SubmitButton tone="secondary" busy="Making…">
            Make a new signing secret
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
