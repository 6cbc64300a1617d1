import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { accountField } from "#components/layout/acting-account.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { User } from "#lib/people/users/wire.ts";
import type { FactorOverview } from "#lib/sign-in/factors/overview.ts";
import type { WireSession } from "#lib/sign-in/sessions/list.ts";
import { endSession, endSessions, removeFactors } from "./actions.ts";

type SignInProps = { user: User; account?: string; mayChange: boolean };

/** What somebody proves themselves with beside the password. */
export function FactorsCard({ user, account, mayChange, factors }: SignInProps & { factors: FactorOverview }) {
  const all = [
    ...factors.passkeys.map(({ id, provider, lastUsedAt, name }) => ({ id, kind: provider, name, lastUsedAt })),
    ...factors.authenticators.map(({ id, name, lastUsedAt }) => ({ id, kind: "Authenticator app", name, lastUsedAt })),
  ];
  const codes = factors.recoveryCodes.filter(({ usedAt }) => !usedAt).length;
  const isAny = all.length + factors.recoveryCodes.length > 0;
  return (
    <Card
      id="factors"
      title="Two-factor"
      description={factors.mfa === "demanded" ? "The account demands a second factor." : undefined}
      actions={mayChange && isAny && <RemoveFactors user={user} account={account} />}
    >
      {all.length === 0 && <p className="text-muted">No second factor.</p>}
      <ul className="grid gap-3">
        {all.map(({ id, kind, name, lastUsedAt }) => (
          <li key={id}>
            <span className="font-medium wrap-anywhere">{name}</span>
            <span className="hint block">
              {kind} ·{" "}
              {lastUsedAt ? (
                <span>
                  used <Time iso={lastUsedAt} as="relative" />
                </span>
              ) : (
                <span>never used</span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {factors.recoveryCodes.length > 0 && <p className="hint mt-3">{codes} of 10 recovery codes left.</p>}
    </Card>
  );
}

function RemoveFactors({ user, account }: Omit<SignInProps, "mayChange">) {
  return (
    <ConfirmButton
      id="remove-factors"
      label="Remove all"
      small
      title={`Remove every second factor of ${user.fullName}?`}
      action={removeFactors}
      fields={{ id: user.id, ...accountField(account) }}
      verb="Remove all"
      busy="Removing…"
      success="Their second factors were removed."
    >
      For somebody who lost them. Authenticators, passkeys and recovery codes go, every session ends, and they are told
      by mail. Make sure that it is really them who asks.
    </ConfirmButton>
  );
}

/** Where somebody is signed in. */
export function SessionsCard({ user, account, mayChange, sessions }: SignInProps & { sessions: WireSession[] }) {
  return (
    <Card
      id="sessions"
      title="Sessions"
      actions={mayChange && sessions.length > 0 && <EndAll user={user} account={account} count={sessions.length} />}
    >
      {sessions.length === 0 && <p className="text-muted">They are signed in nowhere.</p>}
      <ul className="grid gap-4">
        {sessions.map((session) => (
          <li key={session.id} className="flex flex-wrap items-center justify-between gap-3">
            <div className="min-w-0">
              <span className="font-medium">{session.device ?? "An unknown program"}</span>{" "}
              {session.current && <Badge tone="good">This device</Badge>}
              <span className="hint block wrap-anywhere">
                {session.address ?? "Unknown address"} · active <Time iso={session.lastSeenAt} as="relative" />
              </span>
            </div>
            {mayChange && !session.current && <EndOne user={user} account={account} session={session} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function EndOne({ user, account, session }: Omit<SignInProps, "mayChange"> & { session: WireSession }) {
  const device = session.device ?? "an unknown program";
  return (
    <ConfirmButton
      id={`end-${session.id}`}
      label="End"
      describes={`the session of ${device}`}
      small
      title={`End the session of ${device}?`}
      action={endSession}
      fields={{ userId: user.id, id: session.id, ...accountField(account) }}
      verb="End session"
      busy="Ending…"
      success="The session was ended."
    >
      Whoever uses it, from {session.address ?? "an unknown address"}, has to sign in again.
    </ConfirmButton>
  );
}

function EndAll({ user, account, count }: Omit<SignInProps, "mayChange"> & { count: number }) {
  return (
    <ConfirmButton
      id="end-sessions"
      label="End all"
      small
      title={`End every session of ${user.fullName}?`}
      action={endSessions}
      fields={{ userId: user.id, ...accountField(account) }}
      verb="End all"
      busy="Ending…"
      success="Every session was ended."
    >
      They are signed out of {count === 1 ? "one place" : `${count} places`} and have to sign in again. Their API tokens
      go on.
    </ConfirmButton>
  );
}
