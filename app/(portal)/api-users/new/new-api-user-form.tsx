"use client";

import { AccountInput } from "#components/forms/account-input.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { CopySecret } from "#components/forms/secret-dialog/secret-dialog.tsx";
import { inAccount } from "#components/layout/acting-account.ts";
import type { Options } from "#components/lists/combobox/options.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Field } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { createApiUser } from "../actions.ts";
import { AddressField } from "../address-field.tsx";
import { GroupChoices } from "../group-choices.tsx";
import { NameFields } from "../name-fields.tsx";

type FormProps = { account?: string; groups: Options; address: string; appUrl: string };

const offered = ["Value", ".env line"] as const;

/** All there is to say of an API user; then its secret, once. */
export function NewApiUserForm({ account, groups, address, appUrl }: FormProps) {
  return (
    <Form
      action={createApiUser}
      keep
      className="grid gap-6 noscript:has-[+dialog]:hidden"
      whenDone={({ id, login, secret }) => (
        <CopySecret
          name={login}
          secret={secret}
          kind="secret"
          variable="LATCHKEY_SECRET"
          offered={offered}
          appUrl={appUrl}
          then={inAccount(`/api-users/${id}`, account)}
        />
      )}
    >
      <AccountInput account={account} />
      <div className="card grid gap-5 p-5 sm:p-6">
        <NameFields />
      </div>
      <div className="card grid gap-5 p-5 sm:p-6">
        <GroupChoices offered={groups} account={account} />
        <AddressField own={address} />
        <Field
          name="secret"
          label="Secret"
          optional
          hint="Left empty, a long random one is made, which is best. One that you bring has to keep the account's password rules."
        >
          <PasswordInput autoComplete="new-password" maxLength={256} />
        </Field>
      </div>
      <div className="flex flex-wrap justify-end gap-2.5">
        <ButtonLink href={inAccount("/api-users", account)}>Cancel</ButtonLink>
        <SubmitButton busy="Making…">Make API user</SubmitButton>
      </div>
    </Form>
  );
}
