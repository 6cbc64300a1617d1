import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { accountField } from "#components/layout/acting-account.ts";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import { ActiveRow } from "#components/users/active-row.tsx";
import { deleteApiUser, setActive } from "../actions.ts";
import type { ApiUserProps } from "./cards.tsx";

/** Whether it comes in at all. */
export function StatusCard({ user, account }: ApiUserProps) {
  const { id, login, active } = user;
  const words = active
    ? "Active: its secrets and tokens are good."
    : "Inactive: neither its secrets nor its tokens open anything.";
  return (
    <Card id="status" title="Status">
      <ul>
        <ActiveRow
          name={login}
          active={active}
          words={words}
          action={setActive}
          fields={{ apiUserId: id, ...accountField(account) }}
        >
          {active ? <Stops user={user} /> : "It signs in again with the secrets it has."}
        </ActiveRow>
      </ul>
    </Card>
  );
}

/** Deletes it, after its login was typed. */
export function DeleteCard({ user, account }: ApiUserProps) {
  return (
    <Card id="delete" title="Delete">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose leading-relaxed text-muted">
          At once and for good. To keep it out for a while, deactivate it.
        </p>
        <ConfirmButton
          id="delete-api-user"
          label="Delete…"
          title={`Delete ${user.login}?`}
          action={deleteApiUser}
          fields={{ apiUserId: user.id, ...accountField(account) }}
          verb="Delete for good"
          busy="Deleting…"
          typed={user.login}
        >
          <Stops user={user} /> Its secrets, addresses and group memberships ({user.groups.length}) go for good; the
          audit log keeps what it did.
        </ConfirmButton>
      </div>
    </Card>
  );
}

/** What stops, from what is known of its last use. */
function Stops({ user: { lastSignInAt, lastSignInAddress } }: Pick<ApiUserProps, "user">) {
  if (!lastSignInAt) return <span>It has never signed in, so that nothing should stop.</span>;
  return (
    <span>
      The program that signed in <Time iso={lastSignInAt} as="relative" />{" "}
      {`from ${lastSignInAddress} stops at its next request.`}
    </span>
  );
}
