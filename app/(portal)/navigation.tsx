import {
  Bell,
  BookOpen,
  Bot,
  Building2,
  DoorOpen,
  Fingerprint,
  History,
  KeyRound,
  KeySquare,
  MailX,
  MonitorSmartphone,
  Network,
  Plug,
  RectangleEllipsis,
  Scale,
  ScrollText,
  ShieldCheck,
  Siren,
  UserRound,
  UserRoundCog,
  UsersRound,
  Vault,
} from "lucide-react";
import type { NavSection } from "#components/layout/nav.tsx";
import { type Actor, may } from "#lib/core/actor.ts";

const own: NavSection[] = [
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
      { href: "/access-keys", label: "Access keys", icon: <KeySquare aria-hidden /> },
      { href: "/credentials", label: "Service credentials", icon: <Vault aria-hidden /> },
      { href: "/docs", label: "API reference", icon: <BookOpen aria-hidden /> },
    ],
  },
];

/** What looks after others, with the permission that it takes. */
const administration = [
  { needs: "list:user", href: "/users", label: "Users", icon: <UsersRound aria-hidden /> },
  { needs: "list:api_user", href: "/api-users", label: "API users", icon: <Bot aria-hidden /> },
  { needs: "list:group", href: "/groups", label: "Groups", icon: <Network aria-hidden /> },
  { needs: "list:role", href: "/roles", label: "Roles", icon: <UserRoundCog aria-hidden /> },
  { needs: "list:role", href: "/permissions", label: "Permission explainer", icon: <Scale aria-hidden /> },
  { needs: "list:integration", href: "/integrations", label: "Integrations", icon: <Plug aria-hidden /> },
  { needs: "list:account", href: "/accounts", label: "Accounts", icon: <Building2 aria-hidden /> },
  { needs: "list:gateway", href: "/gateways", label: "Gateways", icon: <DoorOpen aria-hidden /> },
  { needs: "list:audit", href: "/audit", label: "Audit log", icon: <History aria-hidden /> },
  { needs: "list:mail_failure", href: "/undelivered", label: "Undelivered mail", icon: <MailX aria-hidden /> },
];

/** The portal's pages, as far as this person may see them. */
export function navigationFor(actor: Actor): NavSection[] {
  const seen = administration.filter(({ needs }) => may(actor, needs));
  const items = seen.map(({ needs, ...item }) => ({ ...item, staysInAccount: true }));
  return items.length ? [...own, { title: "Administration", items }] : own;
}

/** The addresses of the administrators' pages that act in an account, as far as this person may see them. */
export const administrationPages = (actor: Actor): string[] =>
  administration.filter(({ needs }) => may(actor, needs)).map(({ href }) => href);
