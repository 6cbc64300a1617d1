import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Card } from "#components/ui/card.tsx";
import type { ServiceCredential } from "#lib/vault/service-credentials/service-credential.ts";
import { needsName } from "#lib/vault/service-credentials/systems.ts";
import { updateCredential } from "../actions.ts";
import { EndFields, NameFields, SecretField } from "../fields.tsx";

/** Renames it, replaces its secret, says anew when it ends. */
export function ChangeCard({ credential }: { credential: ServiceCredential }) {
  const { id, name, username, kind, version, integration } = credential;
  return (
    <Card id="change" title="Change it">
      <Form action={updateCredential} success="Saved.">
        <input type="hidden" name="id" value={id} />
        <input type="hidden" name="version" value={version} />
        <NameFields
          name={name}
          username={username}
          asksUsername={needsName(integration.kind) || kind === "ssh-key"}
          needsUsername={needsName(integration.kind)}
        />
        <SecretField kind={kind} />
        <EndFields {...credential} />
        <div>
          <SubmitButton tone="secondary" busy="Saving…">
            Save
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
