import { Form, SubmitButton } from "#components/forms/form.tsx";
import { NewPassword } from "#components/forms/new-password/new-password.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { read } from "#lib/http/next/page.ts";
import { checkInvitation } from "#lib/people/users/invitations.ts";
import { LinkOver } from "../../link-over.tsx";
import { Titled } from "../../titled.tsx";
import { acceptInvitation } from "./actions.ts";

export const metadata = { title: "You are invited" };

export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const link = (await params).token.slice(0, 100);
  const { user, rules } = await read(checkInvitation, { link });
  if (!user)
    return (
      <LinkOver>
        An invitation is good once, for 72 hours. Who invited you, or any administrator of the account, can send you a
        new one.
      </LinkOver>
    );
  return (
    <Titled
      title={`Welcome, ${user.fullName}`}
      lead={`You were made a user of ${user.accountName}. Choose a password, then sign in with it.`}
    >
      <Form action={acceptInvitation}>
        <input type="hidden" name="link" value={link} />
        <Field name="$username" label="Your username" hint="You can sign in with your e-mail address, too.">
          <Input autoComplete="username" defaultValue={user.username} readOnly />
        </Field>
        <NewPassword
          name="newPassword"
          label="Password"
          about={[user.username, user.fullName, user.accountName]}
          asked={rules ?? undefined}
        />
        <Field name="confirmPassword" label="Password again" required>
          <PasswordInput autoComplete="new-password" />
        </Field>
        <SubmitButton wide busy="Setting…">
          Set password
        </SubmitButton>
      </Form>
    </Titled>
  );
}
