import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { Link } from "#components/ui/link.tsx";
import { allowedReturn } from "#lib/core/return-to.ts";
import type { PageQuery } from "#lib/http/next/page.ts";
import { resetMinutes } from "#lib/sign-in/resets/mail.ts";
import { Titled } from "../titled.tsx";
import { requestReset } from "./actions.ts";

export const metadata = { title: "Forgot your password?" };

const sent = `If there is somebody of that name whose e-mail address was verified, or set by an administrator, a mail with a link is on its way to them. It is good for ${resetMinutes} minutes. Look among unwanted mail too.`;

export default async function ForgotPasswordPage({ searchParams }: { searchParams: PageQuery }) {
  const { return_to, "address-returned": returned, "sessions-ended": ended } = await searchParams;
  const goOn = allowedReturn(typeof return_to === "string" ? return_to : undefined);
  return (
    <Titled
      title="Forgot your password?"
      lead="Say who you are, and you get a mail with a link to choose a new one. If you have a second factor, you still need it afterwards."
    >
      {returned !== undefined && (
        <div className="mb-6">
          <Alert tone="good" title="Your old address is back">
            Every session was ended. Now choose a new password: whoever changed the address could sign in.
          </Alert>
        </div>
      )}
      {ended !== undefined && (
        <div className="mb-6">
          <Alert tone="good" title="Every session was ended">
            Every device is forgotten, too. Now choose a new password: whoever signed in knows the old one.
          </Alert>
        </div>
      )}
      <Form action={requestReset} success={sent} saidInline>
        {goOn && <input type="hidden" name="returnTo" value={goOn} />}
        <Field name="login" label="Username or e-mail" required>
          <Input
            autoComplete="username"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            maxLength={254}
            autoFocus
          />
        </Field>
        <SubmitButton wide busy="Sending…">
          Send me a link
        </SubmitButton>
      </Form>
      <details className="mt-6 leading-relaxed text-muted">
        <summary className="cursor-pointer font-medium text-text">No mail came?</summary>
        <p className="mt-2">
          Links go to addresses that were verified, or set by an administrator, and to one person three times in a
          quarter of an hour at most. Without access to your mailbox, ask an administrator of your account for a
          one-time password.
        </p>
      </details>
      <p className="mt-6">
        <Link href="/sign-in" className="underline">
          Back to sign-in
        </Link>
      </p>
    </Titled>
  );
}
