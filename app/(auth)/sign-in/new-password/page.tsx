import { Form, SubmitButton } from "#components/forms/form.tsx";
import { NewPassword } from "#components/forms/new-password/new-password.tsx";
import { Field } from "#components/ui/field.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import type { PageQuery } from "#lib/http/next/page.ts";
import { replacePassword } from "../actions.ts";
import { begun } from "../pending.ts";

export const metadata = { title: "A password of your own" };

export default async function OwnPasswordPage({ searchParams }: { searchParams: PageQuery }) {
  const { user, because, rules, goOn } = await begun(searchParams, "new-password");
  return (
    <>
      <h1 className="mb-1.5 text-lg font-semibold">Choose a password of your own</h1>
      <p className="mb-5 leading-relaxed text-muted">
        {because === "age"
          ? "The one you signed in with is older than your account allows."
          : "The one you signed in with was good once."}
      </p>
      <Form action={replacePassword}>
        <input type="hidden" name="$return_to" value={goOn} />
        <input type="text" name="$username" autoComplete="username" value={user.username} readOnly hidden />
        <NewPassword name="newPassword" label="New password" about={[user.username]} replaces asked={rules} />
        <Field name="confirmPassword" label="New password again" required>
          <PasswordInput autoComplete="new-password" />
        </Field>
        <SubmitButton wide busy="Signing in…">
          Set password and sign in
        </SubmitButton>
      </Form>
    </>
  );
}
