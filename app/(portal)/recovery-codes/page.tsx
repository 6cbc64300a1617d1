import { redirect } from "next/navigation";
import { PageHeader } from "#components/page-header.tsx";
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
  const factors = await read(getFactors);
  const { left, isFew } = fewCodes(factors);
  // New ones that were just made here are still being read.
  if (!isFew && !isJustMade(factors.recoveryCodesMadeAt)) redirect(goOn);
  return (
    <>
      <PageHeader
        title={
          left === 0 ? "That was your last recovery code" : `${left} recovery ${left === 1 ? "code" : "codes"} left`
        }
        description={
          isFew &&
          "Make a new set now, while you are signed in: without a code and without your phone, only an administrator can let you in."
        }
        actions={<ButtonLink href={goOn}>{isFew ? "Not now" : "Go on"}</ButtonLink>}
      />
      <Card>
        <RenewCodes />
      </Card>
    </>
  );
}

const isJustMade = (madeAt: string | null) => madeAt !== null && Date.now() - Date.parse(madeAt) < 600_000;
