import { CircleAlert, CircleCheck } from "lucide-react";
import type { z } from "zod";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { Time } from "#components/ui/time.tsx";
import { isNoAddress } from "#lib/notifications/undelivered/standing.ts";
import type { getEmail } from "#lib/people/email/get.ts";
import { cancelEmail, changeEmail } from "./email-actions.ts";
import { Locked } from "./profile-field.tsx";
import { Resend } from "./resend.tsx";

type State = z.output<typeof getEmail.output>;
type Pending = NonNullable<State["pending"]>;

/** The address, whether it was proven, and the one that is to replace it. */
export function EmailCard({ state, locked }: { state: State; locked?: string }) {
  const { email, verifiedAt, pending } = state;
  return (
    <Card
      id="email"
      title="E-mail address"
      description="Mails about your security go here, and you can sign in with it. A new address replaces this one once you open the link that is mailed to it."
    >
      <div className="grid max-w-xl gap-5">
        <Facts>
          <Fact name="Address">
            <span className="flex flex-wrap items-center gap-2">
              {isNoAddress(email) ? "None" : email} <Proof isProven={verifiedAt !== null} />
            </span>
          </Fact>
        </Facts>
        {!verifiedAt && !pending && (isNoAddress(email) ? <Lost /> : <Verify email={email} />)}
        {pending && <PendingNote pending={pending} isOwn={pending.newEmail === email} />}
        {locked ? <Locked why={locked} /> : <ChangeForm pending={pending} />}
      </div>
    </Card>
  );
}

function Proof({ isProven }: { isProven: boolean }) {
  if (isProven)
    return (
      <Badge tone="good" icon={<CircleCheck aria-hidden />}>
        Verified
      </Badge>
    );
  return (
    <Badge tone="warn" icon={<CircleAlert aria-hidden />}>
      Not verified
    </Badge>
  );
}

function Lost() {
  return (
    <Alert tone="warn" title="You have no e-mail address">
      The one you had was never confirmed, and somebody else has shown that it is theirs. Give one of your own below:
      until you confirm it, no mail about your security reaches you.
    </Alert>
  );
}

function Verify({ email }: { email: string }) {
  return (
    <Form action={changeEmail} success={`A mail with a link is on its way to ${email}.`}>
      <input type="hidden" name="newEmail" value={email} />
      <p className="leading-relaxed text-muted">
        Until you verify it, no mail about your security reaches you, and you cannot reset a forgotten password.
      </p>
      <div>
        <SubmitButton busy="Sending…">Verify this address</SubmitButton>
      </div>
    </Form>
  );
}

function PendingNote({
  pending: { newEmail, sentAt, resendAt, expiresAt },
  isOwn,
}: {
  pending: Pending;
  isOwn: boolean;
}) {
  return (
    <div className="grid gap-3">
      <Alert tone="info" title={isOwn ? "Waiting for you to open the link" : `${newEmail} is waiting to be confirmed`}>
        A mail with a link went to {newEmail} <Time iso={sentAt} as="relative" />. It is good until{" "}
        <Time iso={expiresAt} />. <span>{isOwn ? "" : "Until then, your present address stays. "}</span>Look among
        unwanted mail too.
      </Alert>
      <div className="flex flex-wrap gap-2.5">
        <Resend resendAt={resendAt} newEmail={newEmail} />
        <Form action={cancelEmail} success="The change was given up." className="contents">
          <SubmitButton tone="quiet" small busy="Giving up…">
            {isOwn ? "Give up" : "Cancel the change"}
          </SubmitButton>
        </Form>
      </div>
    </div>
  );
}

function ChangeForm({ pending }: { pending: Pending | null }) {
  return (
    // Closed again once a mail was sent.
    <details key={pending?.sentAt} className="group">
      <summary className="button button-secondary w-fit list-none group-open:mb-4">
        {pending ? "Correct the new address" : "Change address"}
      </summary>
      <Form action={changeEmail} success="A mail with a link is on its way to the new address.">
        <Field
          name="newEmail"
          label="New e-mail address"
          required
          hint="The present one gets a mail when it is replaced."
        >
          <Input type="email" autoComplete="email" maxLength={254} defaultValue={pending?.newEmail} />
        </Field>
        <div>
          <SubmitButton busy="Sending…">Send the link</SubmitButton>
        </div>
      </Form>
    </details>
  );
}
