import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { read } from "#lib/http/next/page.ts";
import { getFactors } from "#lib/sign-in/factors/get.ts";
import type { FactorOverview } from "#lib/sign-in/factors/overview.ts";
import { portalPage } from "../portal-page.tsx";
import { AddPasskey } from "./add-passkey.tsx";
import { PasskeyRow } from "./passkey-row.tsx";

export const metadata = { title: "Passkeys" };

export default portalPage(PasskeysPage);

async function PasskeysPage() {
  const factors = await read(getFactors);
  return (
    <>
      <PageHeader
        title="Passkeys"
        description="Sign in with your fingerprint, your face, a PIN or a security key, without typing a name or a password. A passkey works at this portal's own address alone: a false page gets nothing out of it."
        actions={<Confirmed />}
      />
      <div className="grid gap-6">
        <Card title="Your passkeys" id="passkeys">
          <PasskeyList {...factors} />
        </Card>
        <Card
          id="add"
          title="Add a passkey"
          description="Your browser makes it, on this device, in your password manager or on a security key."
        >
          <AddPasskey isFirst={factors.passkeys.length === 0} />
        </Card>
      </div>
    </>
  );
}

function PasskeyList({ passkeys, authenticators, mfa }: FactorOverview) {
  if (passkeys.length === 0)
    return (
      <p className="max-w-prose leading-relaxed text-muted">
        No passkeys yet. One takes the place of your password and of a second factor, both at once.
      </p>
    );
  const isLast = passkeys.length + authenticators.length === 1;
  return (
    <ul className="grid list-none divide-y divide-line">
      {passkeys.map((passkey) => (
        <PasskeyRow key={passkey.id} passkey={passkey} isLast={isLast} demanded={mfa === "demanded"} />
      ))}
    </ul>
  );
}
