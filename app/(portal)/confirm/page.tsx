import { redirect } from "next/navigation";
import { SubmitButton } from "#components/forms/form.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { ownPath, type PageQuery, read } from "#lib/http/next/page.ts";
import { getStepUp } from "#lib/sign-in/step-up.ts";
import { portalPage } from "../portal-page.tsx";
import { ConfirmForm } from "./confirm-form.tsx";

export const metadata = { title: "Confirm that it is you" };

/** Step-up on a page of its own, for browsers without scripts. */
export default portalPage(ConfirmPage);

async function ConfirmPage({ searchParams }: { searchParams: PageQuery }) {
  const goOn = ownPath((await searchParams).return_to);
  const { freshUntil, methods } = await read(getStepUp);
  if (freshUntil) redirect(goOn);
  return (
    <>
      <PageHeader
        title="Confirm that it is you"
        description="What you are about to do changes how your account is kept safe. Prove once more who you are; it holds for 15 minutes."
      />
      <Card>
        <ConfirmForm methods={methods}>
          <input type="hidden" name="$return_to" value={goOn} />
          <div className="flex flex-wrap gap-2.5">
            <SubmitButton busy="Confirming…">Confirm</SubmitButton>
            <ButtonLink href={goOn}>Cancel</ButtonLink>
          </div>
        </ConfirmForm>
      </Card>
    </>
  );
}
