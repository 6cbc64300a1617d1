import { redirect } from "next/navigation";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { Link } from "#components/ui/link.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { getSetup } from "#lib/accounts/get-setup.ts";
import { isSignedIn, ownPath, type PageQuery, read } from "#lib/http/next/page.ts";
import { NotSetUp } from "../not-set-up.tsx";
import { signIn } from "./actions.ts";
import { PasskeySignIn } from "./passkey-sign-in.tsx";

export const metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: PageQuery }) {
  const { return_to, "signed-out": signedOut } = await searchParams;
  const goOn = ownPath(return_to);
  if (await isSignedIn()) redirect(goOn);
  const { open } = await read(getSetup);
  return (
    <>
      <h1 className="mb-5 text-lg font-semibold">Sign in</h1>
      {open ? (
        <NotSetUp />
      ) : (
        <>
          <SignInForm goOn={goOn} note={noteFor(signedOut !== undefined, goOn)} />
          <PasskeySignIn goOn={goOn} />
        </>
      )}
    </>
  );
}

function SignInForm({ goOn, note }: { goOn: string; note?: { tone: "good" | "info"; words: string } }) {
  return (
    <Form action={signIn} className="grid gap-5">
      {note && (
        <div className="[[data-summary]~&]:hidden">
          <Alert tone={note.tone}>{note.words}</Alert>
        </div>
      )}
      <input type="hidden" name="$return_to" value={goOn} />
      <Field name="login" label="Username or e-mail" required>
        <Input autoComplete="username webauthn" autoCapitalize="none" autoCorrect="off" spellCheck={false} autoFocus />
      </Field>
      <div className="relative">
        <Field name="password" label="Password" required>
          <PasswordInput autoComplete="current-password" />
        </Field>
        {/* Beside the label for the eye; after the password for the keyboard, which goes from name to password. */}
        <Link href="/forgot-password" className="text-link absolute top-0 right-0 text-[0.8125rem] leading-5">
          Forgot your password?
        </Link>
      </div>
      <SubmitButton wide busy="Signing in…">
        Sign in
      </SubmitButton>
    </Form>
  );
}

function noteFor(signedOut: boolean, goOn: string) {
  if (signedOut) return { tone: "good", words: "You are signed out." } as const;
  if (goOn !== "/") return { tone: "info", words: "Sign in to go on to the page you asked for." } as const;
}
