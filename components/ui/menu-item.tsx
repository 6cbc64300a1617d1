import type { ReactNode } from "react";
import { Link } from "#components/link.tsx";
import { opens } from "#components/ui/commands.ts";

type ItemProps = { icon?: ReactNode; danger?: boolean; children: ReactNode };

const itemClass = (danger?: boolean) => (danger ? "menu-item menu-item-danger" : "menu-item");

/** A menu's entry that opens the dialog with this id. The dialog stands beside the menu, not inside it. */
export function MenuItem({ icon, danger, children, opens: dialog }: ItemProps & { opens: string }) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} {...opens(dialog)} className={itemClass(danger)}>
      {icon}
      {children}
    </button>
  );
}

/** A menu's entry that leads to a page. */
export function MenuLink({ icon, danger, children, href }: ItemProps & { href: string }) {
  return (
    <Link role="menuitem" tabIndex={-1} href={href} className={itemClass(danger)}>
      {icon}
      {children}
    </Link>
  );
}
