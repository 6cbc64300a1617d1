import { Form, SubmitButton } from "#components/forms/form.tsx";
import { NewPassword } from "#components/forms/new-password/new-password.tsx";
import { Field } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { read } from "#lib/http/next/page.ts";
import { checkReset } from "#lib/sign-in/resets/check.ts";
import { LinkOver } from "../../link-over.tsx";
import { Titled } from "../../titled.tsx";
import { completeReset } from "./actions.ts";

export const metadata = { title: "Choose a new password" };

export default async function ResetPasswordPage({ params }: { params: Promise<{ token: string }> }) {
  const link = (await params).token.slice(0, 100);
  const { user, rules } = await read(checkReset, { link });
  if (!user)
    return (
      <LinkOver again={{ href: "/forgot-password", label: "Send me a new link" }}>
        It is good once, for half an hour, and ends when a newer one has set a password.
      </LinkOver>
    );
  return (
    <Titled title="Choose a new password" lead="Every session of yours ends, and you sign in with the new password.">
      <Form action={completeReset}>
        <input type="hidden" name="link" value={link} />
        {/* For password managers: whose password this is. */}
        <input type="text" name="$username" autoComplete="username" value={user.username} readOnly hidden />
        <NewPassword
          name="newPassword"
          label={`New password for ${user.username}`}
          about={[user.username]}
          replaces
          asked={rules ?? undefined}
        />
        <Field name="confirmPassword" label="New password again" required>
          <PasswordInput autoComplete="new-password" />
        </Field>
        <SubmitButton wide busy="Setting…">
          Set password
        </SubmitButton>
      </Form>
    </Titled>
  );
}
