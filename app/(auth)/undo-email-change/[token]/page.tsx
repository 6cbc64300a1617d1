import { Form, SubmitButton } from "#components/forms/form.tsx";
import { read } from "#lib/http/next/page.ts";
import { checkUndo } from "#lib/people/email/undo.ts";
import { LinkOver } from "../../link-over.tsx";
import { Titled } from "../../titled.tsx";
import { undoEmail } from "./actions.ts";

export const metadata = { title: "Take back the change of your e-mail address" };

export default async function UndoEmailChangePage({ params }: { params: Promise<{ token: string }> }) {
  const link = (await params).token.slice(0, 100);
  const { user, oldEmail, newEmail } = await read(checkUndo, { link });
  if (!user)
    return (
      <LinkOver>
        It is good once, for seven days. If somebody else uses your account, tell an administrator of it at once.
      </LinkOver>
    );
  return (
    <Titled
      title="Take back the change of your e-mail address"
      lead={
        <>
          The address of <strong className="text-text">{user.username}</strong> was changed from{" "}
          <strong className="wrap-anywhere text-text">{oldEmail}</strong> to{" "}
          <strong className="wrap-anywhere text-text">{newEmail}</strong>. If this was not you:
        </>
      }
    >
      <ul className="mb-6 list-disc space-y-1 pl-5 leading-relaxed">
        <li>the old address returns, whatever it was changed to since,</li>
        <li>every session and every sign-in under way ends, and browsers known to the portal are forgotten,</li>
        <li>links mailed in the meantime are worth nothing,</li>
        <li>and you go on to choose a new password.</li>
      </ul>
      <Form action={undoEmail}>
        <input type="hidden" name="link" value={link} />
        <SubmitButton wide busy="Taking back…">
          Take it back
        </SubmitButton>
      </Form>
    </Titled>
  );
}
