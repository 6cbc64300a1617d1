import { fewCodes } from "#components/forms/enrol/few-codes.ts";
import { RenewCodes } from "#components/forms/enrol/renew-codes.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { FactorOverview } from "#lib/sign-in/factors/overview.ts";

/** How many recovery codes are left, which were used and when, and a new set. */
export function RecoveryCard({ recoveryCodes, recoveryCodesMadeAt }: FactorOverview) {
  const { left, isFew } = fewCodes({ recoveryCodes });
  return (
    <Card
      id="recovery"
      title="Recovery codes"
      description="When your phone is lost, one of them lets you in, each once."
    >
      <div className="grid gap-5">
        {isFew && (
          <Alert
            tone="warn"
            title={
              recoveryCodes.length === 0
                ? "You have no recovery codes"
                : left === 0
                  ? "You have no recovery code left"
                  : `Only ${left} left`
            }
          >
            Make a new set before you need one.
          </Alert>
        )}
        {recoveryCodesMadeAt && (
          <p>
            {left} of {recoveryCodes.length} left, made <Time iso={recoveryCodesMadeAt} as="relative" />
          </p>
        )}
        {recoveryCodes.length > 0 && <Numbers recoveryCodes={recoveryCodes} />}
        <RenewCodes onward="/mfa" isFirst={recoveryCodes.length === 0} />
      </div>
    </Card>
  );
}

/** The codes by the numbers of the copy that the person keeps: all that is known of them. */
function Numbers({ recoveryCodes }: Pick<FactorOverview, "recoveryCodes">) {
  return (
    <div>
      <p className="hint mb-2">
        The numbers are those of the copy that you keep. What is struck through was used then, and is worth nothing.
      </p>
      <ol className="flex list-none flex-wrap gap-2">
        {recoveryCodes.map(({ number, usedAt }) => (
          <li key={number} className="chip tone-neutral">
            {usedAt ? (
              <span>
                <s>Code {number}</s> <Time iso={usedAt} as="relative" />
              </span>
            ) : (
              <span>Code {number}</span>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}
