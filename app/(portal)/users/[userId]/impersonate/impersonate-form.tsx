"use client";

import { Form, SubmitButton } from "#components/forms/form.tsx";
import { inAccount } from "#components/layout/acting-account.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { beginImpersonation } from "./actions.ts";

type Props = { user: { id: string; fullName: string }; accountId: string | undefined };

/** Asks for the reason, which the person reads. */
export function ImpersonateForm({ user, accountId }: Props) {
  return (
    <Form action={beginImpersonation}>
      <input type="hidden" name="userId" value={user.id} />
      {accountId && <input type="hidden" name="accountId" value={accountId} />}
      <Field name="reason" label="Reason" required hint={`${user.fullName} reads it. 10 to 500 characters.`}>
        <Input minLength={10} maxLength={500} autoComplete="off" placeholder="Ticket 4711: the list of apps is empty" />
      </Field>
      <div className="flex flex-wrap gap-2.5">
        <SubmitButton busy="Beginning…">Act as {user.fullName}</SubmitButton>
        <ButtonLink href={inAccount(`/users/${user.id}`, accountId)}>Cancel</ButtonLink>
      </div>
    </Form>
  );
}
