import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { FormDialog } from "#components/forms/form-dialog.tsx";
import { accountField } from "#components/layout/acting-account.ts";
import { ListRow } from "#components/lists/list-row.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Input, Select } from "#components/ui/field.tsx";
import { Time } from "#components/ui/time.tsx";
import type { User } from "#lib/people/users/wire.ts";
import { lockUser, unlockUser } from "./actions.ts";
import type { Open } from "./not-held.tsx";

type LockProps = { user: User; account?: string };

/** Locks somebody out, or lets them in again. */
export function Lock({ user, account, open }: LockProps & { open: Open }) {
  if (user.locked) return <Unlock user={user} account={account} may={open.letIn} />;
  if (!open.stop) return <ListRow words="Not locked." />;
  return (
    <ListRow words="Not locked.">
      <Button opens="lock" tone="danger-quiet" small>
        Lock
      </Button>
      <FormDialog
        id="lock"
        title={`Lock ${user.fullName}?`}
        description="Every session of theirs ends at once, and their API tokens are refused as long as the lock holds. They are told why."
        action={lockUser}
        fields={{ userId: user.id, ...accountField(account) }}
        success={`${user.fullName} is locked.`}
        tone="danger"
        verb="Lock"
        busy="Locking…"
      >
        <Field name="reason" label="Reason" required hint="They read it in a mail, and administrators here.">
          <Input maxLength={200} autoComplete="off" placeholder="The phone with the authenticator was lost" />
        </Field>
        <Field name="until" label="How long">
          <Select>
            <option value="">Until somebody unlocks them</option>
            <option value="1">For an hour</option>
            <option value="24">For a day</option>
            <option value="168">For a week</option>
            <option value="720">For 30 days</option>
          </Select>
        </Field>
      </FormDialog>
    </ListRow>
  );
}

function Unlock({ user, account, may }: LockProps & { may: boolean }) {
  const end = user.lockedUntil ? (
    <span>
      until <Time iso={user.lockedUntil} />
    </span>
  ) : (
    <span>until somebody unlocks them</span>
  );
  return (
    <ListRow
      words={
        <>
          <span>Locked </span>
          {end}
          <span>{`: ${user.lockedReason}`}</span>
        </>
      }
    >
      {may && (
        <ConfirmButton
          id="unlock"
          label="Unlock"
          small
          buttonTone="secondary"
          tone="primary"
          title={`Unlock ${user.fullName}?`}
          action={unlockUser}
          fields={{ userId: user.id, ...accountField(account) }}
          verb="Unlock"
          busy="Unlocking…"
          success={`${user.fullName} is unlocked.`}
        >
          They can sign in again with what they have, and so can their API tokens. Their sessions stay ended.
        </ConfirmButton>
      )}
    </ListRow>
  );
}
