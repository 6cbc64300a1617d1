"use client";

import { Form, SubmitButton } from "#components/forms/form.tsx";
import { NewPassword } from "#components/forms/new-password/new-password.tsx";
import { Checkbox } from "#components/ui/choice.tsx";
import { Field } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import type { PasswordRules } from "#lib/sign-in/passwords/policy.ts";
import { changePassword } from "./actions.ts";

type FormProps = { username: string; about: string[]; asked: PasswordRules };

/** The old password, the new one twice, and what becomes of the other sessions. */
export function PasswordForm({ username, about, asked }: FormProps) {
  return (
    <Form action={changePassword} success={saidOf} saidInline className="grid max-w-xl gap-5">
      {/* For password managers: whose password this is. */}
      <input type="text" name="$username" autoComplete="username" value={username} readOnly hidden />
      <Field name="currentPassword" label="Current password" required>
        <PasswordInput autoComplete="current-password" />
      </Field>
      <NewPassword name="newPassword" label="New password" about={about} replaces asked={asked} />
      <Field name="confirmPassword" label="New password again" required>
        <PasswordInput autoComplete="new-password" />
      </Field>
      <Checkbox
        name="endOtherSessions"
        label="End my other sessions"
        description="Signs you out in every other browser and program. Leave this ticked if somebody may know your old password. API tokens go on."
        defaultChecked
      />
      <div>
        <SubmitButton busy="Changing…">Change password</SubmitButton>
      </div>
    </Form>
  );
}

function saidOf({ endedSessions }: { endedSessions: number }) {
  const ended = new Map([
    [0, "No other session ended."],
    [1, "One other session was ended."],
  ]).get(endedSessions);
  return `Your password was changed. ${ended ?? `${endedSessions} other sessions were ended.`} This one goes on.`;
}
