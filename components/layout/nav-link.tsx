"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { actingIn, inAccount } from "#components/layout/acting-account.ts";
import { Link } from "#components/ui/link.tsx";

type NavLinkProps = {
  href: string;
  drawer: string;
  /** Leads on in the account that is acted in. */
  staysInAccount?: boolean;
  children: ReactNode;
};

/**
 * A link of the navigation that knows when it is the current page and comes into sight then, and closes the drawer it
 * stands in.
 */
export function NavLink({ href, drawer, staysInAccount, children }: NavLinkProps) {
  const path = usePathname();
  const account = useSearchParams().get("account") ?? undefined;
  const here = path === href || path.startsWith(`${href}/`);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (here) link.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  const shut = () => document.querySelector<HTMLElement>(`#${drawer}:popover-open`)?.hidePopover();
  const target = staysInAccount ? inAccount(href, actingIn({ account })) : href;
  return (
    <Link ref={link} href={target} className="nav-link" aria-current={here ? "page" : undefined} onClick={shut}>
      {children}
    </Link>
  );
}
