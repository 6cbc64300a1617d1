"use client";

import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Token } from "#lib/tokens/token.ts";
import { PreviousEnd, PreviousUse } from "../previous-secret-facts.tsx";
import { EndFormerDialog } from "../token-dialogs.tsx";

/**
 * What secrets a token had before its present one and still has for a while: when each was last used, and how to end
 * them.
 */
export function PreviousSecrets({ token }: { token: Token }) {
  const { replaced } = token;
  const what = replaced.length === 1 ? "old secret" : "old secrets";
  return (
    <Card
      id="former"
      title={replaced.length === 1 ? "Old secret" : "Old secrets"}
      description="It still opens what the token opens. Once nothing uses it any more, you can end it before its time."
      actions={
        <>
          <Button opens="end-former" tone="danger-quiet" small aria-label={`End now ${what}`}>
            End now
          </Button>
          <EndFormerDialog id="end-former" token={token} />
        </>
      }
      flush
    >
      <ul className="divide-y divide-line">
        {replaced.map((former) => (
          <li key={former.replacedAt} className="flex flex-wrap gap-x-4 gap-y-1 px-5 py-4 sm:px-6">
            <span className="font-mono text-[0.8125rem] leading-6">{former.preview}</span>
            <span className="text-muted">
              <PreviousUse former={[former]} /> · <PreviousEnd former={former} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
