import { Form, SubmitButton } from "#components/forms/form.tsx";
import { read } from "#lib/http/next/page.ts";
import { checkDisown } from "#lib/sign-in/report-sign-in.ts";
import { LinkOver } from "../../link-over.tsx";
import { Titled } from "../../titled.tsx";
import { disownSignIn } from "./actions.ts";

export const metadata = { title: "This was not me" };

export default async function NotMePage({ params }: { params: Promise<{ link: string }> }) {
  const link = (await params).link.slice(0, 100);
  const { user } = await read(checkDisown, { link });
  if (!user)
    return (
      <LinkOver again={{ href: "/forgot-password", label: "Choose a new password" }}>
        If somebody else may know your password, choose a new one: that ends every session too. The link is good once,
        for seven days.
      </LinkOver>
    );
  return (
    <Titled
      title="Was this not you?"
      lead={
        <>
          Then somebody knows the password of <strong className="text-text">{user.username}</strong>. This ends every
          session of yours, everywhere, and forgets every device. Choose a new password right afterwards.
        </>
      }
    >
      <Form action={disownSignIn}>
        <input type="hidden" name="link" value={link} />
        <SubmitButton tone="danger" wide busy="Ending every session…">
          End every session of mine
        </SubmitButton>
      </Form>
    </Titled>
  );
}
