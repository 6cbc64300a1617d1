"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

/** A link of the navigation that knows when it is the current page, and closes the drawer it stands in. */
export function NavLink({ href, drawer, children }: { href: string; drawer: string; children: ReactNode }) {
  const path = usePathname();
  const here = path === href || path.startsWith(`${href}/`);
  const shut = () => document.querySelector<HTMLElement>(`#${drawer}:popover-open`)?.hidePopover();
  return (
    <Link href={href} className="nav-link" aria-current={here ? "page" : undefined} onClick={shut}>
      {children}
    </Link>
  );
}
