import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import type { Integration } from "#lib/vault/integrations/integration.ts";
import { acceptHostKey } from "../actions.ts";

type HostKeyProps = { integration: Integration; accountId?: string; mayChange: boolean };

/** By which key an SSH server is known, and the other one that it showed since. */
export function HostKeyCard({ integration, accountId, mayChange }: HostKeyProps) {
  const { id, name, hostKey, offeredHostKey } = integration;
  return (
    <Card
      id="host-key"
      title="Host key"
      description="The server is known by the key it showed at the first connection that worked. With another one it is not signed in to."
    >
      <div className="grid gap-5">
        {offeredHostKey && (
          <Alert tone="danger" title="The server has shown another host key">
            Either it was set up anew, or somebody is in its place. Ask whoever runs it for its fingerprint.
          </Alert>
        )}
        <Facts>
          <Fact name="Known by">
            <code className="font-mono text-xs break-all">
              {hostKey ?? "None yet: no connection has worked so far"}
            </code>
          </Fact>
          {offeredHostKey && (
            <Fact name="Shows now">
              <code className="font-mono text-xs break-all">{offeredHostKey}</code>
            </Fact>
          )}
        </Facts>
        {offeredHostKey && mayChange && (
          <div>
            <ConfirmButton
              id="accept-host-key"
              label="Accept the new key…"
              title={`Is this ${name}?`}
              action={acceptHostKey}
              fields={{ integrationId: id, acceptHostKey: offeredHostKey, ...(accountId && { accountId }) }}
              verb="Accept the new key"
              busy="Accepting…"
              success="The server is known by its new key."
            >
              Accept it only if whoever runs the server says that its fingerprint is{" "}
              <code className="font-mono text-xs break-all">{offeredHostKey}</code>. People sign in to it from then on,
              and no more to one that shows the former key.
            </ConfirmButton>
          </div>
        )}
      </div>
    </Card>
  );
}
