"use client";

import { useState, useSyncExternalStore } from "react";
import { NewPassword } from "#components/forms/new-password/new-password.tsx";
import { Checkbox, Fieldset } from "#components/ui/choice.tsx";
import { Field } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import type { PasswordRules } from "#lib/sign-in/passwords/policy.ts";

type PartProps = { username: string; about: string[]; rules: PasswordRules };

/**
 * A new password in the same go, unless somebody takes the tick away; without scripts, unless the fields stay empty.
 */
export function PasswordPart({ username, about, rules }: PartProps) {
  const [wanted, setWanted] = useState(true);
  const scripted = useScripts();
  return (
    <Fieldset name="$new_password" legend="Your password">
      <div className="needs-script">
        <Checkbox
          name="$new_password"
          label="Set a new password"
          description="Whoever knows the old one cannot sign in with it any more."
          checked={wanted}
          onChange={(event) => setWanted(event.currentTarget.checked)}
        />
      </div>
      <noscript>
        <p className="hint">Leave the three fields empty to keep the password you have.</p>
      </noscript>
      {wanted && (
        <div className="grid gap-5">
          {/* For password managers: whose password this is. */}
          <input type="text" name="$username" autoComplete="username" value={username} readOnly hidden />
          <Field name="currentPassword" label="Current password" required={scripted}>
            <PasswordInput autoComplete="current-password" />
          </Field>
          <NewPassword
            name="newPassword"
            label="New password"
            about={about}
            asked={rules}
            replaces
            required={scripted}
          />
          <Field name="confirmPassword" label="New password again" required={scripted}>
            <PasswordInput autoComplete="new-password" />
          </Field>
        </div>
      )}
    </Fieldset>
  );
}

const never = () => () => {};

/** Do scripts run here? Not before the page has come to life. */
const useScripts = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
