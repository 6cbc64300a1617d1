import { VenetianMask } from "lucide-react";
import { stopImpersonation } from "#components/layout/session-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Actor } from "#lib/core/actor.ts";

/** On every page while somebody acts as somebody else: who, as whom, why, until when, and the way back. */
export function ImpersonationBanner({ actor }: { actor: Actor }) {
  const { impersonator, fullName, username, accountName, credential } = actor;
  if (!impersonator) return null;
  return (
    <aside
      aria-label="Acting as somebody else"
      className="mb-6 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-card border px-4 py-3 leading-relaxed tone-warn"
    >
      <VenetianMask aria-hidden className="size-5 shrink-0" />
      <div className="min-w-0 flex-1 basis-64 text-text wrap-anywhere">
        <p className="font-semibold">
          You, {impersonator.username}, act as {fullName} ({username}, {accountName})
        </p>
        <p>
          <span>Because: {impersonator.reason}. </span>
          {credential.expiresAt && <Until at={credential.expiresAt} />}
        </p>
      </div>
      <form action={stopImpersonation}>
        <Button type="submit" small>
          Stop
        </Button>
      </form>
    </aside>
  );
}

const Until = ({ at }: { at: Date }) => (
  <span>
    It ends <Time iso={at.toISOString()} as="both" />.
  </span>
);
