import {
  Bell,
  BookOpen,
  Fingerprint,
  KeyRound,
  MailX,
  MonitorSmartphone,
  RectangleEllipsis,
  ScrollText,
  ShieldCheck,
  Siren,
  UserRound,
} from "lucide-react";
import type { ReactNode } from "react";
import { AccountMenu } from "#components/account-menu.tsx";
import { type NavSection, SideNav, TopBar } from "#components/nav.tsx";
import { Shortcuts } from "#components/shortcuts.tsx";
import { StepUpHost } from "#components/step-up/host.tsx";
import { signOut } from "./actions.ts";
import { Banners } from "./banners.tsx";
import { MfaBanner } from "./mfa-banner.tsx";
import { portalFrame } from "./own-profile.ts";

const sections: NavSection[] = [
  {
    title: "You",
    items: [
      { href: "/profile", label: "Profile", icon: <UserRound aria-hidden /> },
      { href: "/password", label: "Password", icon: <RectangleEllipsis aria-hidden /> },
      { href: "/mfa", label: "Two-factor", icon: <ShieldCheck aria-hidden /> },
      { href: "/passkeys", label: "Passkeys", icon: <Fingerprint aria-hidden /> },
      { href: "/sessions", label: "Sessions", icon: <MonitorSmartphone aria-hidden /> },
      { href: "/notifications", label: "Notifications", icon: <Bell aria-hidden /> },
      { href: "/security-log", label: "Security log", icon: <ScrollText aria-hidden /> },
      { href: "/secure-account", label: "Secure my account", icon: <Siren aria-hidden /> },
    ],
  },
  {
    title: "Programs",
    items: [
      { href: "/tokens", label: "API tokens", icon: <KeyRound aria-hidden /> },
      { href: "/docs", label: "API reference", icon: <BookOpen aria-hidden /> },
    ],
  },
];

const mailSection: NavSection = {
  title: "Administration",
  items: [{ href: "/undelivered", label: "Undelivered mail", icon: <MailX aria-hidden /> }],
};

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const { user, account, unverified, deletionDueAt, unread, mayLookAfterMail, mayLackFactor } = await portalFrame();
  const waiting = { "/notifications": unread };
  return (
    <div className="lg:grid lg:grid-cols-[16rem_minmax(0,1fr)]">
      <TopBar accountName={account.name} waiting={waiting} />
      <SideNav
        sections={mayLookAfterMail ? [...sections, mailSection] : sections}
        accountName={account.name}
        waiting={waiting}
        footer={<AccountMenu user={user} account={account} signOut={signOut} />}
      />
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-5xl px-4 pt-7 pb-24 sm:px-8 lg:px-10 lg:pt-10">
        <StepUpHost>
          <Banners unverified={unverified} deletionDueAt={deletionDueAt} />
          {mayLackFactor && <MfaBanner />}
          {children}
        </StepUpHost>
      </main>
      <Shortcuts />
    </div>
  );
}
