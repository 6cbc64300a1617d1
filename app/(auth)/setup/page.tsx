import { Form, SubmitButton } from "#components/forms/form.tsx";
import { NewPassword } from "#components/forms/new-password/new-password.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { Field, Input } from "#components/ui/field.tsx";
import { getSetup } from "#lib/accounts/get-setup.ts";
import { type PageQuery, read } from "#lib/http/next/page.ts";
import { NotSetUp } from "../not-set-up.tsx";
import { setUp } from "./actions.ts";

export const metadata = { title: "Set up" };

export default async function SetupPage({ searchParams }: { searchParams: PageQuery }) {
  const { link } = await searchParams;
  const given = typeof link === "string" ? link.slice(0, 100) : undefined;
  const { open, linkFits } = await read(getSetup, { link: given });
  if (!open) return <Closed />;
  if (given && linkFits) return <SetupForm link={given} />;
  return (
    <Titled title="Set up this portal">
      {given && (
        <div className="mb-5">
          <Alert tone="danger" title="This link does not fit">
            It is cut off, older than 72 hours, or from an earlier start.
          </Alert>
        </div>
      )}
      <NotSetUp />
    </Titled>
  );
}

function Closed() {
  return (
    <Titled title="This portal is set up already">
      <p className="mb-6 leading-relaxed">
        Its first account and administrator were made, and the link to this page has done its work.
      </p>
      <ButtonLink href="/sign-in" tone="primary" wide>
        Sign in
      </ButtonLink>
    </Titled>
  );
}

function SetupForm({ link }: { link: string }) {
  return (
    <Titled title="Set up this portal">
      <p className="mb-6 leading-relaxed text-muted">
        Make the first account and its administrator: you. Everything here can be changed later, but for the username,
        which is your e-mail address.
      </p>
      <Form action={setUp} className="grid gap-5">
        <input type="hidden" name="link" value={link} />
        <Field name="accountName" label="Account" hint="The company or team this portal is for" required>
          <Input autoComplete="organization" maxLength={100} autoFocus />
        </Field>
        <Field name="fullName" label="Your full name" required>
          <Input autoComplete="name" maxLength={100} />
        </Field>
        <Field name="email" label="Your e-mail address" required>
          <Input type="email" autoComplete="username" maxLength={254} />
        </Field>
        <NewPassword name="password" label="Password" />
        <SubmitButton wide busy="Setting up…">
          Set up and sign in
        </SubmitButton>
      </Form>
    </Titled>
  );
}

function Titled({ title, children }: { title: string; children: Elements }) {
  return (
    <>
      <h1 className="mb-3 text-lg font-semibold">{title}</h1>
      {children}
    </>
  );
}
