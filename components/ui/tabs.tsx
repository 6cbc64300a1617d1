import type { ReactNode } from "react";
import { Link } from "#components/ui/link.tsx";

/** Tabs that are pages of their own: each a link, the current one marked. `label` names the group. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className="flex gap-5 overflow-x-auto border-b border-line">
      {children}
    </nav>
  );
}

/** One tab of `Tabs`, with an optional count. */
export function Tab({ href, current, count, children }: TabProps) {
  return (
    <Link href={href} className="tab" aria-current={current ? "page" : undefined} scroll={false}>
      <span>{children}</span>
      {count !== undefined && (
        <span className="rounded-full bg-hover px-1.5 text-xs leading-5 text-muted tabular-nums">{count}</span>
      )}
    </Link>
  );
}

type TabProps = { href: string; current: boolean; count?: number; children: ReactNode };
