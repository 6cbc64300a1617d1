import type { ReactNode } from "react";
import { StepUpHost } from "#components/forms/step-up/host.tsx";
import { AccountMenu } from "#components/layout/account-menu.tsx";
import { AccountSwitcher, ActingBar, ActingName } from "#components/layout/account-switcher.tsx";
import { SideNav, TopBar } from "#components/layout/nav.tsx";
import { signOut } from "#components/layout/session-actions.ts";
import { Shortcuts } from "#components/layout/shortcuts.tsx";
import { Banners } from "./banners.tsx";
import { ImpersonationBanner } from "./impersonation-banner.tsx";
import { managedAccounts } from "./managed-accounts.ts";
import { MfaBanner } from "./mfa-banner.tsx";
import { administrationPages, navigationFor } from "./navigation.tsx";
import { portalFrame } from "./own-profile.ts";

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const { actor, user, account, unverified, deletionDueAt, unread, mayLackFactor } = await portalFrame();
  const switching = { own: account, ...(await managedAccounts(actor)), pages: administrationPages(actor) };
  const waiting = { "/notifications": unread };
  return (
    <div className="lg:grid lg:grid-cols-[16rem_minmax(0,1fr)]">
      <TopBar account={<ActingName {...switching} />} waiting={waiting} />
      <SideNav
        sections={navigationFor(actor)}
        switcher={<AccountSwitcher {...switching} />}
        waiting={waiting}
        footer={<AccountMenu user={user} account={account} signOut={signOut} />}
      />
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-5xl px-4 pt-7 pb-24 sm:px-8 lg:px-10 lg:pt-10">
        <StepUpHost>
          <ImpersonationBanner actor={actor} />
          <Banners unverified={unverified} deletionDueAt={deletionDueAt} />
          <ActingBar {...switching} />
          {mayLackFactor && <MfaBanner />}
          <div className="contents">{children}</div>
        </StepUpHost>
      </main>
      <Shortcuts />
    </div>
  );
}
