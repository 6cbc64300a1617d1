import { hasFactor } from "#components/forms/enrol/few-codes.ts";
import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Time } from "#components/ui/time.tsx";
import { read } from "#lib/http/next/page.ts";
import { getFactors } from "#lib/sign-in/factors/get.ts";
import type { FactorOverview } from "#lib/sign-in/factors/overview.ts";
import { portalPage } from "../portal-page.tsx";
import { AuthenticatorsCard } from "./authenticators-card.tsx";
import { DisableCard } from "./disable-card.tsx";
import { RecoveryCard } from "./recovery-card.tsx";

export const metadata = { title: "Two-factor sign-in" };

export default portalPage(MfaPage);

async function MfaPage() {
  const factors = await read(getFactors);
  const has = hasFactor(factors);
  return (
    <>
      <PageHeader
        title="Two-factor sign-in"
        badge={<State mfa={factors.mfa} has={has} />}
        description="Beside your password, a code of an app or a passkey: who learns your password alone cannot sign in."
        actions={<Confirmed />}
      />
      <div className="grid gap-6">
        <Demand factors={factors} has={has} />
        <AuthenticatorsCard {...factors} />
        {has && <RecoveryCard {...factors} />}
        {has && <DisableCard demanded={factors.mfa === "demanded"} />}
      </div>
    </>
  );
}

function State({ mfa, has }: { mfa: FactorOverview["mfa"]; has: boolean }) {
  if (mfa === "demanded" && !has) return <Badge tone="danger">Demanded, not set up</Badge>;
  return has ? <Badge tone="good">On</Badge> : <Badge tone="warn">Off</Badge>;
}

function Demand({ factors: { mfa, graceUntil }, has }: { factors: FactorOverview; has: boolean }) {
  if (mfa !== "demanded") return null;
  if (has) return <Alert tone="info">An administrator of your account demands a second factor.</Alert>;
  return (
    <Alert tone="warn" title="Your account demands a second factor">
      Set one up{" "}
      {graceUntil ? (
        <span>
          before it is asked for at sign-in, <Time iso={graceUntil} as="both" />.
        </span>
      ) : (
        <span>now.</span>
      )}
    </Alert>
  );
}
