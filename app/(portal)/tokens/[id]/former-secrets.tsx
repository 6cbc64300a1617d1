"use client";

import { ConfirmButton } from "#components/confirm-button.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Token } from "#lib/tokens/list.ts";
import { endReplaced } from "../actions.ts";
import { FormerEnd, FormerUse } from "../former.tsx";

/** What secrets a token had before its present one and still has for a while: when each was last used, and how to end them. */
export function FormerSecrets({ token }: { token: Token }) {
  const { id, name, replaced } = token;
  return (
    <Card
      id="former"
      title={replaced.length === 1 ? "Old secret" : "Old secrets"}
      description="It still opens what the token opens. Once nothing uses it any more, you can end it before its time."
      actions={
        <ConfirmButton
          id="end-former"
          label="End now"
          describes={replaced.length === 1 ? "old secret" : "old secrets"}
          small
          title={replaced.length === 1 ? "End the old secret now?" : `End ${replaced.length} old secrets now?`}
          action={endReplaced}
          fields={{ id }}
          verb="End now"
          busy="Ending…"
          success={`Only the new secret of ${name} is good now`}
        >
          {replaced.some(({ lastUsedAt }) => lastUsedAt) && (
            <strong className="font-semibold text-text">
              <FormerUse former={replaced} />.{" "}
            </strong>
          )}
          Whoever uses an old secret afterwards is refused, and the token is revoked by that.
        </ConfirmButton>
      }
      flush
    >
      <ul className="divide-y divide-line">
        {replaced.map((former) => (
          <li key={former.replacedAt} className="flex flex-wrap gap-x-4 gap-y-1 px-5 py-4 sm:px-6">
            <span className="font-mono text-[0.8125rem] leading-6">{former.start}</span>
            <span className="text-muted">
              <FormerUse former={[former]} /> · <FormerEnd former={former} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
