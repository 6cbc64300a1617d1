import { redirect } from "next/navigation";
import { fewCodes } from "#components/forms/enrol/few-codes.ts";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { read } from "#lib/http/next/page.ts";
import { getSecurity } from "#lib/people/security-summary.ts";
import { getFactors } from "#lib/sign-in/factors/get.ts";
import type { FactorOverview } from "#lib/sign-in/factors/overview.ts";
import { portalPage } from "../../portal-page.tsx";
import { ResetFactors } from "./reset-factors.tsx";

export const metadata = { title: "Reset two-factor sign-in" };

/** Everything replaced by one new authenticator: first what goes, then the new one. */
export default portalPage(ResetPage);

async function ResetPage() {
  const [factors, { otherSessions }] = await Promise.all([read(getFactors), read(getSecurity)]);
  if (factors.authenticators.length + factors.passkeys.length === 0) redirect("/mfa");
  return (
    <>
      <PageHeader
        title="Reset two-factor sign-in"
        description="One new authenticator app takes the place of everything that you prove yourself with beside your password."
        back={{ href: "/mfa", label: "Two-factor sign-in" }}
        actions={<Confirmed />}
      />
      <Card id="reset" title="The new authenticator">
        <div className="grid gap-5">
          <Alert tone="warn" title="What goes, once a code of the new app was typed">
            <ul className="mt-1 list-disc space-y-1 pl-5">
              <Gone factors={factors} otherSessions={otherSessions} />
            </ul>
          </Alert>
          <ResetFactors />
        </div>
      </Card>
    </>
  );
}

function Gone({ factors, otherSessions }: { factors: FactorOverview; otherSessions: number }) {
  const { left } = fewCodes(factors);
  return (
    <>
      {factors.authenticators.map(({ id, name }) => (
        <li key={id}>The app “{name}”: its codes are worth nothing from then on.</li>
      ))}
      {factors.passkeys.map(({ id, name }) => (
        <li key={id}>The passkey “{name}”: it opens nothing here any more, also not in place of a password.</li>
      ))}
      {left > 0 && <li>{left === 1 ? "One recovery code" : `${left} recovery codes`}: you get ten new ones.</li>}
      {otherSessions > 0 && (
        <li>
          {otherSessions === 1 ? "Your other session: it ends." : `Your ${otherSessions} other sessions: they end.`}
        </li>
      )}
    </>
  );
}
