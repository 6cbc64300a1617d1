import { Cloud, Fingerprint, TriangleAlert } from "lucide-react";
import { RenameButton } from "#components/rename-button.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Time } from "#components/ui/time.tsx";
import type { FactorOverview } from "#lib/factors.ts";
import { renamePasskey } from "./actions.ts";
import { RemovePasskey } from "./remove-passkey.tsx";

type Passkey = FactorOverview["passkeys"][number];
type RowProps = { passkey: Passkey; isLast: boolean; demanded: boolean };

/** One passkey: what it is called, who keeps it, when it was used, and what to do with it. */
export function PasskeyRow({ passkey, isLast, demanded }: RowProps) {
  const { id, name, provider, backedUp, createdAt, flaggedAt } = passkey;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 py-3.5 first:pt-0 last:pb-0">
      <Fingerprint aria-hidden className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium wrap-anywhere">
          {name}
          {backedUp && (
            <Badge icon={<Cloud aria-hidden />} title="It is on your other devices as well">
              Synced
            </Badge>
          )}
          {flaggedAt && (
            <Badge tone="danger" icon={<TriangleAlert aria-hidden />}>
              May have been copied
            </Badge>
          )}
        </p>
        <p className="text-[0.8125rem] leading-relaxed text-muted">
          {provider === "Passkey" ? "Added" : `${provider} · added`} <Time iso={createdAt} as="relative" /> ·{" "}
          <LastUsed {...passkey} />
        </p>
        {flaggedAt && (
          <p className="mt-1 text-[0.8125rem] leading-relaxed text-danger-text">
            Its counter ran backwards <Time iso={flaggedAt} as="relative" />, as that of a copy would. Remove it and add
            a new one.
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <RenameButton id={id} name={name} action={renamePasskey} success="The passkey was renamed" />
        <RemovePasskey {...passkey} isLast={isLast} demanded={demanded} />
      </div>
    </li>
  );
}

function LastUsed({ lastUsedAt }: Passkey) {
  if (!lastUsedAt) return "never used";
  return (
    <>
      last used <Time iso={lastUsedAt} as="relative" />
    </>
  );
}
