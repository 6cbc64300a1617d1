import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Time } from "#components/ui/time.tsx";
import { read } from "#lib/http/next/page.ts";
import { checkKeep } from "#lib/people/deletion/cancel.ts";
import { LinkOver } from "../../link-over.tsx";
import { Titled } from "../../titled.tsx";
import { keepAccount } from "./actions.ts";

export const metadata = { title: "Keep your account" };

export default async function KeepAccountPage({ params }: { params: Promise<{ token: string }> }) {
  const link = (await params).token.slice(0, 100);
  const { user, dueAt } = await read(checkKeep, { link });
  if (!user || !dueAt) return <LinkOver>It is good once, until the day of the deletion that it calls off.</LinkOver>;
  return (
    <Titled
      title="Keep your account"
      lead={
        <>
          <strong className="text-text">{user.username}</strong> will be deleted on <Time iso={dueAt} as="date" />. Call
          it off, and everything stays as it is. API tokens that were revoked stay revoked.
        </>
      }
    >
      <Form action={keepAccount}>
        <input type="hidden" name="link" value={link} />
        <SubmitButton wide busy="Calling off…">
          Call it off and keep my account
        </SubmitButton>
      </Form>
    </Titled>
  );
}
