import { Form, SubmitButton } from "#components/form.tsx";
import { read } from "#lib/doors/page.ts";
import { checkEmail } from "#lib/email/links.ts";
import { LinkOver } from "../../link-over.tsx";
import { Titled } from "../../titled.tsx";
import { confirmEmail } from "./actions.ts";

export const metadata = { title: "Confirm your e-mail address" };

// Confirmed by a button, because programs that read mail follow links.
export default async function ConfirmEmailPage({ params }: { params: Promise<{ token: string }> }) {
  const link = (await params).token.slice(0, 100);
  const { user, newEmail } = await read(checkEmail, { link });
  if (!user)
    return (
      <LinkOver again={{ href: "/profile#email", label: "Ask for another on your profile" }}>
        It is good once, for 24 hours, and ends when the change is given up or corrected.
      </LinkOver>
    );
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
