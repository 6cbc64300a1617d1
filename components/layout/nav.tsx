import { Menu as MenuIcon, X } from "lucide-react";
import type { ReactNode } from "react";
import { Logo } from "#components/layout/logo.tsx";
import { NavLink } from "#components/layout/nav-link.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { Link } from "#components/ui/link.tsx";

/** A part of the navigation: its heading and its pages. */
export type NavSection = { title: string; items: NavItem[] };

type NavItem = {
  href: string;
  label: string;
  icon: Elements;
  /** A page that acts in an account: its link leads on in the one that is acted in. */
  staysInAccount?: boolean;
};

/** What waits on a page, by its address: so many things unread. 100 stands for more. */
export type Waiting = Record<string, number>;

const drawer = "portal-navigation";

/**
 * The top bar of a phone, with the account that is acted in; its button opens the same navigation as a drawer, without
 * script.
 */
export function TopBar({ account, waiting }: { account: ReactNode; waiting: Waiting }) {
  const isAny = Object.values(waiting).some((count) => count > 0);
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-3 border-b border-line bg-sunken px-3 lg:hidden">
      <button
        type="button"
        popoverTarget={drawer}
        aria-label={isAny ? "Open navigation; something is unread" : "Open navigation"}
        className="button button-quiet button-icon relative"
      >
        <MenuIcon aria-hidden />
        {isAny && <span aria-hidden className="absolute top-1.5 right-1.5 size-2 rounded-full bg-accent" />}
      </button>
      <Link href="/" className="flex rounded-control no-underline" aria-label="Latchkey, home">
        <Logo />
      </Link>
      <span className="ml-auto truncate text-[0.8125rem] text-muted">{account}</span>
    </header>
  );
}

/**
 * The side navigation: a column on a desk, a drawer on a phone. `switcher` says the account, `footer` is the place of
 * the account menu.
 */
export function SideNav({ sections, switcher, waiting, footer }: SideNavProps) {
  return (
    <aside id={drawer} popover="auto" aria-label="Navigation and account" className="side">
      <div className="mb-1 flex h-10 items-center justify-between pl-2">
        <Link href="/" className="flex rounded-control no-underline" aria-label="Latchkey, home">
          <Logo />
        </Link>
        <button
          type="button"
          popoverTarget={drawer}
          popoverTargetAction="hide"
          aria-label="Close navigation"
          className="button button-quiet button-icon text-muted lg:hidden"
        >
          <X aria-hidden />
        </button>
      </div>
      {switcher}
      <nav aria-label="Portal" className="-mx-1 flex-1 overflow-y-auto px-1 pb-2">
        {sections.map((section) => (
          <Section key={section.title} {...section} waiting={waiting} />
        ))}
      </nav>
      {footer}
    </aside>
  );
}

type SideNavProps = { sections: NavSection[]; switcher: Elements; waiting: Waiting; footer: Elements };

function Section({ title, items, waiting }: NavSection & { waiting: Waiting }) {
  return (
    <div className="nav-part">
      <h2 className="px-3 text-xs leading-6 font-medium text-faint">{title}</h2>
      <ul>
        {items.map(({ href, label, icon, staysInAccount }) => (
          <li key={href}>
            <NavLink href={href} drawer={drawer} staysInAccount={staysInAccount}>
              {icon}
              <span>{label}</span>
              <Count of={waiting[href] ?? 0} />
            </NavLink>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Count({ of: count }: { of: number }) {
  if (count === 0) return null;
  return (
    <span className="ml-auto rounded-full bg-accent px-1.5 text-xs leading-5 font-semibold text-on-accent tabular-nums">
      {count < 100 ? count : "99+"}
      <span className="sr-only"> unread</span>
    </span>
  );
}
