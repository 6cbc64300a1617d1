import type { MouseEvent, ReactNode } from "react";
import type { Elements } from "#components/ui/elements.ts";
import { Link } from "#components/ui/link.tsx";

type ItemProps = { icon?: Elements; danger?: boolean; children: ReactNode };

const itemClass = (danger?: boolean) => (danger ? "menu-item menu-item-danger" : "menu-item");

type LinkProps = { href: string; onClick?: (event: MouseEvent<HTMLAnchorElement>) => void };

/** A menu's entry that leads to a page. */
export function MenuLink({ icon, danger, children, ...link }: ItemProps & LinkProps) {
  return (
    <Link {...link} role="menuitem" tabIndex={-1} className={itemClass(danger)}>
      {icon}
      <span>{children}</span>
    </Link>
  );
}
