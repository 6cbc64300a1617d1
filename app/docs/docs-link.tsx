"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { Link } from "#components/ui/link.tsx";

/** A link between the pages of the documentation that knows when it is the current one. */
export function DocsLink({ href, children }: { href: string; children: ReactNode }) {
  const here = usePathname() === href;
  return (
    <Link href={href} className="nav-link" aria-current={here ? "page" : undefined}>
      {children}
    </Link>
  );
}
