import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import type { Elements } from "#components/ui/elements.ts";
import { Link } from "#components/ui/link.tsx";

/** The head of a page: where it belongs, its title, what it is for, and what can be done. */
export function PageHeader({ title, description, back, actions, badge }: PageHeaderProps) {
  return (
    <header className="mb-7">
      {back && (
        <Link
          href={back.href}
          className="mb-3 -ml-1 inline-flex items-center gap-1 text-[0.8125rem] font-medium text-muted no-underline hover:text-text"
        >
          <ChevronLeft aria-hidden className="size-4" />
          {back.label}
        </Link>
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4 lg:flex-nowrap">
        <div className="min-w-0">
          <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[1.375rem] leading-8 font-semibold tracking-[-0.012em] wrap-anywhere">
            <span>{title}</span>
            {badge}
          </h1>
          {description && (
            <div className="mt-1 max-w-prose leading-relaxed wrap-anywhere text-muted">{description}</div>
          )}
        </div>
        {actions && <div className="flex flex-wrap gap-2.5 lg:shrink-0 lg:flex-nowrap">{actions}</div>}
      </div>
    </header>
  );
}

type PageHeaderProps = {
  title: ReactNode;
  description?: ReactNode;
  back?: { href: string; label: string };
  actions?: ReactNode;
  badge?: Elements;
};
