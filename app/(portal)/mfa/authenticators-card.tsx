import { Smartphone } from "lucide-react";
import { RenameButton } from "#components/rename-button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { FactorOverview } from "#lib/factors.ts";
import { renameAuthenticator } from "./actions.ts";
import { AddAuthenticator } from "./add-authenticator.tsx";
import { RemoveAuthenticator } from "./remove-authenticator.tsx";

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
        <ul className="mb-6 grid list-none divide-y divide-line border-b border-line">
          {authenticators.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-3 py-3.5 first:pt-0">
              <Smartphone aria-hidden className="size-5 shrink-0 text-muted" />
              <div className="min-w-0 flex-1 basis-48">
                <p className="font-medium wrap-anywhere">{one.name}</p>
                <p className="text-[0.8125rem] leading-relaxed text-muted">
                  Added <Time iso={one.createdAt} as="relative" /> ·{" "}
                  {one.lastUsedAt ? (
                    <>
                      last used <Time iso={one.lastUsedAt} as="relative" />
                    </>
                  ) : (
                    "never used"
                  )}
                </p>
              </div>
              <div className="flex flex-wrap gap-2">
                <RenameButton
                  id={one.id}
                  name={one.name}
                  action={renameAuthenticator}
                  success="The authenticator was renamed"
                />
                <RemoveAuthenticator {...one} isLast={isLast} demanded={mfa === "demanded"} />
              </div>
            </li>
          ))}
        </ul>
      )}
      <AddAuthenticator others={authenticators.map(({ id, name }) => ({ id, name }))} />
    </Card>
  );
}
