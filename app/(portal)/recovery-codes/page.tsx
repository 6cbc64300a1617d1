import { PageHeader } from "#components/page-header.tsx";
import { Confirmed } from "#components/step-up/confirmed.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { ownPath, type PageQuery, read } from "#lib/doors/page.ts";
import { getFactors } from "#lib/factors.ts";
import { fewCodes } from "../mfa/few-codes.ts";
import { RenewCodes } from "../mfa/renew-codes.tsx";

export const metadata = { title: "Recovery codes" };

/** What stands between signing in with a recovery code and the portal when few are left. */
export default async function RecoveryCodesPage({ searchParams }: { searchParams: PageQuery }) {
  const goOn = ownPath((await searchParams).return_to);
  const { left, isFew } = fewCodes(await read(getFactors));
  return (
    <>
      <PageHeader
        title={
          left === 0 ? "That was your last recovery code" : `${left} recovery ${left === 1 ? "code" : "codes"} left`
        }
        description={
          isFew
            ? "Make a new set now, while you are signed in: without a code and without your phone, only an administrator can let you in."
            : "Each lets you in once when your phone is lost."
        }
        actions={
          <>
            <Confirmed />
            <ButtonLink href={goOn}>{isFew ? "Not now" : "Go on"}</ButtonLink>
          </>
        }
      />
      <Card>
        <RenewCodes onward={goOn} />
      </Card>
    </>
  );
}
