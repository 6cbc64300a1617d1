import { Smartphone } from "lucide-react";
import { RenameButton } from "#components/forms/rename-button.tsx";
import { Card } from "#components/ui/card.tsx";
import { FactorRow } from "#components/users/factor-row.tsx";
import { RemoveFactor } from "#components/users/remove-factor.tsx";
import type { FactorOverview } from "#lib/sign-in/factors/overview.ts";
import { removeAuthenticator, renameAuthenticator } from "./actions.ts";
import { AddAuthenticator } from "./add-authenticator.tsx";

/** The authenticator apps of a person, and how to add, replace, rename and remove one. */
export function AuthenticatorsCard({ authenticators, passkeys, mfa }: FactorOverview) {
  const isLast = authenticators.length + passkeys.length === 1;
  return (
    <Card
      id="authenticators"
      title="Authenticator apps"
      description="An app on your phone that shows a new six-digit code every 30 seconds, also without a network."
    >
      {authenticators.length > 0 && (
        <ul className="mb-6 grid list-none divide-y divide-line border-b border-line pb-3.5">
          {authenticators.map((one) => (
            <AuthenticatorRow key={one.id} authenticator={one} isLast={isLast} demanded={mfa === "demanded"} />
          ))}
        </ul>
      )}
      <AddAuthenticator others={authenticators.map(({ id, name }) => ({ id, name }))} />
    </Card>
  );
}

type RowProps = { authenticator: FactorOverview["authenticators"][number]; isLast: boolean; demanded: boolean };

function AuthenticatorRow({ authenticator, isLast, demanded }: RowProps) {
  const { id, name } = authenticator;
  return (
    <FactorRow
      {...authenticator}
      icon={<Smartphone aria-hidden />}
      title={name}
      actions={
        <>
          <RenameButton id={id} name={name} action={renameAuthenticator} success="The authenticator was renamed" />
          <RemoveFactor {...{ id, name, isLast, demanded }} what="authenticator" action={removeAuthenticator}>
            Its codes are worth nothing from then on, and your other sessions end.
          </RemoveFactor>
        </>
      }
    />
  );
}
