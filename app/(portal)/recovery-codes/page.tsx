import { fewCodes, hasFactor } from "#components/forms/enrol/few-codes.ts";
import { RenewCodes } from "#components/forms/enrol/renew-codes.tsx";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { ownPath, type PageQuery, read } from "#lib/http/next/page.ts";
import { getFactors } from "#lib/sign-in/factors/get.ts";
import { portalPage } from "../portal-page.tsx";

export const metadata = { title: "Recovery codes" };

/** What stands between signing in with a recovery code and the portal when few are left. */
export default portalPage(RecoveryCodesPage);

async function RecoveryCodesPage({ searchParams }: { searchParams: PageQuery }) {
  const goOn = ownPath((await searchParams).return_to);
  const factors = await read(getFactors);
  if (factors.recoveryCodes.length === 0) return <NoCodes has={hasFactor(factors)} goOn={goOn} />;
  const { left, isFew } = fewCodes(factors);
  return (
    <>
      <PageHeader
        title={left === 0 ? "You have no recovery code left" : `${left} recovery ${left === 1 ? "code" : "codes"} left`}
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

/** Codes come with the first second factor; without one, there is nothing to recover. */
function NoCodes({ has, goOn }: { has: boolean; goOn: string }) {
  return (
    <>
      <PageHeader
        title="You have no recovery codes"
        description={
          has
            ? "With one, you can sign in when your phone is lost."
            : "You sign in without a second factor, so you need none. You get them when you set one up."
        }
        actions={
          <>
            <Confirmed />
            <ButtonLink href={goOn}>Go on</ButtonLink>
          </>
        }
      />
      {has ? (
        <Card>
          <RenewCodes onward={goOn} isFirst />
        </Card>
      ) : (
        <ButtonLink href="/mfa" tone="primary">
          Set up a second factor
        </ButtonLink>
      )}
    </>
  );
}
