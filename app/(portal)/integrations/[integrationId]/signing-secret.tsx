"use client";

import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { NewSecretDialog } from "#components/forms/secret-dialog/new-secret-dialog.tsx";
import { CopySecret } from "#components/forms/secret-dialog/secret-dialog.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/choice.tsx";
import type { Integration } from "#lib/vault/integrations/integration.ts";
import { endFormerSecret, renewSigningSecret } from "../actions.ts";

type SigningProps = { integration: Integration; accountId?: string };

/** What signs the calls to the hook: one secret, or two while the hook changes over. */
export function SigningSecret({ integration, accountId }: SigningProps) {
  const { id, name, isSignedTwice, isPaused } = integration;
  const fields = { integrationId: id, ...(accountId && { accountId }) };
  return (
    <Card
      id="signing"
      title="Signing secret"
      description={
        isPaused
          ? "Calls to the hook are signed with it. Nobody has seen the one of now: make a new one, and tell the hook."
          : "Calls to the hook are signed with it. Two may be good at once: make a new one, tell the hook, then end the former."
      }
    >
      <div className="grid gap-5">
        {isSignedTwice && (
          <Alert>Calls are signed with the new secret and the former one: a hook that knows either takes them.</Alert>
        )}
        <Renew fields={{ ...fields, version: String(integration.version) }} integration={integration} />
        {isSignedTwice && (
          <div>
            <ConfirmButton
              id="end-former-secret"
              label="End the former secret…"
              title="End the former signing secret?"
              action={endFormerSecret}
              fields={fields}
              verb="End the former secret"
              busy="Ending…"
              success="Calls are signed with the new secret alone."
            >
              A hook that does not know the new one yet refuses every call from then on: no secret is made, replaced or
              withdrawn for {name} until it does. What it refuses is tried again for hours.
            </ConfirmButton>
          </div>
        )}
      </div>
    </Card>
  );
}

type RenewProps = { fields: Record<string, string>; integration: Integration };

function Renew({ fields, integration }: RenewProps) {
  return (
    <>
      <div>
        <Button opens="new-signing-secret">Make a new signing secret…</Button>
      </div>
      <NewSecretDialog
        id="new-signing-secret"
        title="Make a new signing secret?"
        description={whatItDoes(integration)}
        alert
        action={renewSigningSecret}
        fields={fields}
        verb="Make a new one"
        busy="Making…"
        reveal={({ name, signingSecret }) =>
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
        {!integration.isPaused && (
          <Checkbox
            name="endFormerSecret"
            label="End the one of now at once"
            description="For one that got out. The hook then refuses every call until it knows the new one; those are tried again for hours."
          />
        )}
      </NewSecretDialog>
    </>
  );
}

function whatItDoes({ adapterUrl, isPaused, isSignedTwice }: Integration): string {
  if (isPaused)
    return `The hook goes on with it: names and addresses of people are sent to ${adapterUrl} from then on. Go on only if that is yours.`;
  if (isSignedTwice)
    return "The former one, which is still good beside the one of now, ends at once. The one of now stays good until you end it.";
  return "The one of now stays good beside it until you end it, so nothing breaks meanwhile.";
}
