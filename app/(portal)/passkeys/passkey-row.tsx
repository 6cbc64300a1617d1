import { Cloud, Fingerprint, TriangleAlert } from "lucide-react";
import { RenameButton } from "#components/forms/rename-button.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Time } from "#components/ui/time.tsx";
import { FactorRow } from "#components/users/factor-row.tsx";
import { RemoveFactor } from "#components/users/remove-factor.tsx";
import type { FactorOverview } from "#lib/sign-in/factors/overview.ts";
import { removePasskey, renamePasskey } from "./actions.ts";

type Passkey = FactorOverview["passkeys"][number];
type RowProps = { passkey: Passkey; isLast: boolean; demanded: boolean };

/** One passkey: what it is called, who keeps it, when it was used, and what to do with it. */
export function PasskeyRow({ passkey, isLast, demanded }: RowProps) {
  const { id, name, provider, flaggedAt } = passkey;
  const keeper = provider === "Passkey" ? undefined : provider;
  return (
    <FactorRow
      {...passkey}
      icon={<Fingerprint aria-hidden />}
      title={<Title passkey={passkey} />}
      keeper={keeper}
      actions={
        <>
          <RenameButton id={id} name={name} action={renamePasskey} success="The passkey was renamed" />
          <RemoveFactor {...{ id, name, isLast, demanded }} what="passkey" action={removePasskey}>
            It opens nothing here any more, and your other sessions end. Delete it in{" "}
            {keeper ?? "your device or password manager"} as well, or it is still offered to you.
          </RemoveFactor>
        </>
      }
    >
      {flaggedAt && (
        <p className="mt-1 text-[0.8125rem] leading-relaxed text-danger-text">
          Its counter ran backwards <Time iso={flaggedAt} as="relative" />, as that of a copy would. Remove it and add a
          new one.
        </p>
      )}
    </FactorRow>
  );
}

function Title({ passkey: { name, backedUp, flaggedAt } }: { passkey: Passkey }) {
  return (
    <>
      <span>{name}</span>
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
    </>
  );
}
