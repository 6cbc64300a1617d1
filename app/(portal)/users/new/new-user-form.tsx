"use client";

import { AccountInput } from "#components/forms/account-input.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { CopySecret } from "#components/forms/secret-dialog/secret-dialog.tsx";
import { inAccount } from "#components/layout/acting-account.ts";
import { MultiSelect } from "#components/lists/combobox/multi-select.tsx";
import { fallbackFormId, hasOptions, type Options } from "#components/lists/combobox/options.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Checkbox, Fieldset, Radio } from "#components/ui/choice.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { makeUser } from "./actions.ts";

type FormProps = { account?: string; roles: Options; groups: Options; appUrl: string };

const once = ["Value"] as const;

/** Who they are, what they may do, and how they sign in for the first time. */
export function NewUserForm({ account, roles, groups, appUrl }: FormProps) {
  return (
    <Form
      action={makeUser}
      keep
      className="grid gap-6 noscript:has-[+dialog]:hidden"
      whenDone={({ id, fullName, oneTimePassword }) => (
        <CopySecret
          name={fullName}
          secret={oneTimePassword}
          kind="one-time password"
          offered={once}
          appUrl={appUrl}
          then={inAccount(`/users/${id}`, account)}
        />
      )}
    >
      <AccountInput account={account} />
      <div className="card grid gap-5 p-5 sm:p-6">
        <Field name="fullName" label="Full name" required>
          <Input maxLength={100} autoComplete="off" />
        </Field>
        <Field name="email" label="E-mail address" required>
          <Input type="email" maxLength={254} autoComplete="off" />
        </Field>
        <Field
          name="username"
          label="Username"
          optional
          hint="To sign in with, fixed from then on. The e-mail address when left empty."
        >
          <Input maxLength={254} autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Field>
        <Field name="phone" label="Phone" optional>
          <Input type="tel" maxLength={30} autoComplete="off" placeholder="+44 20 7946 0000" />
        </Field>
        <Field name="mobilePhone" label="Mobile phone" optional>
          <Input type="tel" maxLength={30} autoComplete="off" placeholder="+44 7700 900123" />
        </Field>
      </div>
      <div className="card grid gap-6 p-5 sm:p-6">
        {hasOptions(roles) && <RoleChoices options={roles} account={account} />}
        {hasOptions(groups) && <GroupChoices options={groups} account={account} />}
        <FirstSignIn />
      </div>
      <div className="flex flex-wrap justify-end gap-2.5">
        <ButtonLink href={inAccount("/users", account)}>Cancel</ButtonLink>
        <SubmitButton busy="Making…">Make user</SubmitButton>
      </div>
    </Form>
  );
}

type ChoicesProps = { options: Options; account?: string };

function RoleChoices({ options, account }: ChoicesProps) {
  const usual = options.items.filter(({ name }) => name === "Member");
  return (
    <Fieldset name="roleIds" legend="Roles" hint="Only what you hold yourself. Groups can give them more.">
      <MultiSelect name="roleIds" options={options} held={usual} account={account} form={fallbackFormId} />
    </Fieldset>
  );
}

function GroupChoices({ options, account }: ChoicesProps) {
  return (
    <Fieldset name="groupIds" legend="Groups" hint="Only those that hold what you hold yourself.">
      <MultiSelect name="groupIds" options={options} account={account} form={fallbackFormId} />
    </Fieldset>
  );
}

function FirstSignIn() {
  return (
    <>
      <Fieldset name="first" legend="First sign-in">
        <Radio
          name="first"
          value="invitation"
          label="Invite them by mail"
          description="A link to choose a password, good once, for 72 hours."
          defaultChecked
        />
        <Radio
          name="first"
          value="password"
          label="Give them a one-time password"
          description="It is shown to you once, to hand over, and must be replaced at its first use within 72 hours."
        />
      </Fieldset>
      <Checkbox
        name="notificationsOnly"
        label="Notifications only"
        description="Cannot sign in. Gets mail once their address is proven, which takes a time in which they could sign in."
      />
    </>
  );
}
