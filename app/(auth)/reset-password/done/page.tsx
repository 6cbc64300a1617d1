import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { allowedReturn } from "#lib/core/return-to.ts";
import type { PageQuery } from "#lib/http/next/page.ts";
import { Titled } from "../../titled.tsx";

export const metadata = { title: "Your new password" };

export default async function ResetDonePage({ searchParams }: { searchParams: PageQuery }) {
  const { return_to } = await searchParams;
  const goOn = allowedReturn(typeof return_to === "string" ? return_to : undefined);
  return (
    <Titled title="Your new password">
      <div className="mb-6">
        <Alert tone="good">
          Use your new password from now on. All sessions were ended; API tokens go on. A mail tells you of it.
        </Alert>
      </div>
      <div className="grid gap-3">
        {goOn && (
          <a href={goOn} className="button button-primary button-wide" rel="noreferrer">
            Go on to {new URL(goOn).host}
          </a>
        )}
        <ButtonLink href="/sign-in" tone={goOn ? "secondary" : "primary"} wide>
          Sign in here
        </ButtonLink>
      </div>
    </Titled>
  );
}
