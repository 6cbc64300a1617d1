import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { accountField } from "#components/layout/acting-account.ts";
import { ListRow } from "#components/lists/list-row.tsx";
import { Card } from "#components/ui/card.tsx";
import { ActiveRow } from "#components/users/active-row.tsx";
import type { User } from "#lib/people/users/wire.ts";
import { deleteUser, setActive, setNotificationsOnly } from "./actions.ts";
import { Lock } from "./lock.tsx";
import type { Open } from "./not-held.tsx";

type StatusProps = { user: User; account?: string };

/** Whether somebody can sign in, and what an administrator does about it. */
export function StatusCard({ user, account, open }: StatusProps & { open: Open }) {
  return (
    <Card id="status" title="Status">
      <ul className="grid gap-5">
        <Lock user={user} account={account} open={open} />
        <Active user={user} account={account} may={user.active ? open.change : open.letIn} />
        <NotificationsOnly user={user} account={account} may={user.notificationsOnly ? open.letIn : open.change} />
      </ul>
    </Card>
  );
}

type OfLine = StatusProps & { may: boolean };

function Active({ user, account, may }: OfLine) {
  const { id, fullName, active } = user;
  const words = active
    ? "Active: nothing but a lock or a missing password keeps them from signing in."
    : "Inactive: neither they nor their API tokens can sign in.";
  if (!may) return <ListRow words={words} />;
  return (
    <ActiveRow
      name={fullName}
      active={active}
      words={words}
      action={setActive}
      fields={{ userId: id, ...accountField(account) }}
    >
      {active
        ? "Every session of theirs ends at once, and their API tokens are refused until they are activated again."
        : "They can sign in again with what they have, and so can their API tokens."}
    </ActiveRow>
  );
}

function NotificationsOnly({ user, account, may }: OfLine) {
  const { id, fullName, notificationsOnly } = user;
  const fields = { userId: id, notificationsOnly: String(!notificationsOnly), ...accountField(account) };
  const words = notificationsOnly
    ? "Gets notifications and cannot sign in."
    : "Signs in, rather than only getting notifications.";
  if (!may) return <ListRow words={words} />;
  if (notificationsOnly)
    return (
      <ListRow words={words}>
        <ConfirmButton
          id="sign-in-again"
          label="Let them sign in"
          small
          buttonTone="secondary"
          tone="primary"
          title={`Let ${fullName} sign in?`}
          action={setNotificationsOnly}
          fields={fields}
          verb="Let them sign in"
          busy="Changing…"
          success={`${fullName} can sign in.`}
        >
          They sign in with their password; without one, send them an invitation.
        </ConfirmButton>
      </ListRow>
    );
  return (
    <ListRow words={words}>
      <ConfirmButton
        id="notifications-only"
        label="Notifications only"
        small
        title={`Only notify ${fullName}?`}
        action={setNotificationsOnly}
        fields={fields}
        verb="Notifications only"
        busy="Changing…"
        success={`${fullName} only gets notifications.`}
      >
        They can no longer sign in, every session of theirs ends, and their API tokens are refused. Mails still reach
        them, if they have proven their address.
      </ConfirmButton>
    </ListRow>
  );
}

/** Deletes somebody, after their username was typed. */
export function DeleteCard({ user, account, sessions }: StatusProps & { sessions: number }) {
  return (
    <Card id="delete" title="Delete">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose leading-relaxed text-muted">
          At once and for good. To keep somebody out for a while, deactivate them.
        </p>
        <ConfirmButton
          id="delete-user"
          label="Delete"
          title={`Delete ${user.fullName}?`}
          action={deleteUser}
          fields={{ userId: user.id, ...accountField(account) }}
          verb="Delete for good"
          busy="Deleting…"
          typed={user.username}
        >
          <WhatBreaks user={user} sessions={sessions} />
        </ConfirmButton>
      </div>
    </Card>
  );
}

function WhatBreaks({ user, sessions }: { user: User; sessions: number }) {
  return (
    <span>
      {sessions > 0 && <span>{`${sessions === 1 ? "One session ends" : `${sessions} sessions end`} at once. `}</span>}
      <span>
        Whatever uses their API tokens and access keys is refused from then on. Their profile, factors, roles and group
        memberships ({user.groups.length}) go for good; the audit log keeps what they did. They are told by mail.
      </span>
    </span>
  );
}
