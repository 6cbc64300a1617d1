"use client";

import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Token } from "#lib/tokens/token.ts";
import { Consequences, RevokeDialog } from "../token-dialogs.tsx";

/** The part of a token's page where it is ended. */
export function Revoke({ token }: { token: Token }) {
  return (
    <>
      <Card id="revoke" title="Revoke" description={<Consequences token={token} />}>
        <Button opens="revoke-token" tone="danger-quiet" aria-label={`Revoke ${token.name}`}>
          Revoke…
        </Button>
      </Card>
      <RevokeDialog id="revoke-token" token={token} />
    </>
  );
}
