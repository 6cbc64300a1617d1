import { Form, SubmitButton } from "#components/forms/form.tsx";
import { signOut } from "#components/layout/session-actions.ts";
import { Button } from "#components/ui/button.tsx";
import type { Actor } from "#lib/core/actor.ts";
import { read, signedIn } from "#lib/http/next/page.ts";
import { checkEmail } from "#lib/people/email/confirm.ts";
import { LinkOver } from "../../link-over.tsx";
import { Titled } from "../../titled.tsx";
import { confirmEmail } from "./actions.ts";

export const metadata = { title: "Confirm your e-mail address" };

// Confirmed by a button, because programs that read mail follow links; and signed in, because a mailbox alone proves
// nobody.
export default async function ConfirmEmailPage({ params }: { params: Promise<{ token: string }> }) {
  const link = (await params).token.slice(0, 100);
  const { user, newEmail } = await read(checkEmail, { link });
  if (!user)
    return (
      <LinkOver again={{ href: "/profile#email", label: "Ask for another on your profile" }}>
        It is good once, for 24 hours, and ends when the change is given up or corrected.
      </LinkOver>
    );
  const reader = await signedIn();
  if (reader.id !== user.id) return <Anothers reader={reader} username={user.username} />;
  return (
    <Titled
      title="Confirm your e-mail address"
      lead={
        <>
          From now on, mails to <strong className="text-text">{user.username}</strong> go to{" "}
          <strong className="wrap-anywhere text-text">{newEmail}</strong>, and you can sign in with it.
        </>
      }
    >
      <Form action={confirmEmail}>
        <input type="hidden" name="link" value={link} />
        <SubmitButton wide busy="Confirming…">
          Confirm this address
        </SubmitButton>
      </Form>
    </Titled>
  );
}

function Anothers({ reader, username }: { reader: Actor; username: string }) {
  return (
    <Titled
      title="This link is for another user"
      lead={
        <>
          You are signed in as <strong className="text-text">{reader.username}</strong>, and the link was made for{" "}
          <strong className="text-text">{username}</strong>. Sign out, open the link again, and sign in as that one.
          Nothing was changed.
        </>
      }
    >
      <form action={signOut}>
        <Button type="submit" tone="secondary" wide>
          Sign out
        </Button>
      </form>
    </Titled>
  );
}
