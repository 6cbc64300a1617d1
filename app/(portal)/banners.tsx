import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Link } from "#components/ui/link.tsx";
import { Time } from "#components/ui/time.tsx";
import { cancelDeletion } from "./actions.ts";

type BannersProps = {
  /** The address, while it was not proven. */
  unverified: string | null;
  /** When the person will be deleted, as they asked. */
  deletionDueAt: string | null;
};

/** What a person should know on every page until they have seen to it. */
export function Banners({ unverified, deletionDueAt }: BannersProps) {
  if (!unverified && !deletionDueAt) return null;
  return (
    <div className="mb-6 grid gap-3">
      {deletionDueAt && <ToBeDeleted dueAt={deletionDueAt} />}
      {unverified && (
        <Alert tone="warn" title="Your e-mail address is not verified">
          Mails about your security cannot reach {unverified}, and you cannot reset a forgotten password.{" "}
          <Link href="/profile#email" className="underline">
            Verify it on your profile
          </Link>
          .
        </Alert>
      )}
    </div>
  );
}

function ToBeDeleted({ dueAt }: { dueAt: string }) {
  return (
    <Alert tone="danger" title="You will be deleted">
      As you asked, on <Time iso={dueAt} as="date" />. Until then you can call it off.
      <Form action={cancelDeletion} success="Your deletion was called off." className="mt-3">
        <SubmitButton tone="secondary" small busy="Calling off…">
          Call it off
        </SubmitButton>
      </Form>
    </Alert>
  );
}
