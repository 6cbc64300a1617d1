import type { ReactNode } from "react";
import type { Elements } from "#components/ui/elements.ts";
import { Time } from "#components/ui/time.tsx";

type RowProps = {
  icon: Elements;
  /** Its name, and badges beside it. */
  title: ReactNode;
  keeper?: string;
  createdAt: string;
  lastUsedAt: string | null;
  actions: ReactNode;
  /** What else must be said of it. */
  children?: Elements;
};

/** One second factor: what it is called, since when and how lately it was used, and what to do with it. */
export function FactorRow({ icon, title, keeper, createdAt, lastUsedAt, actions, children }: RowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 py-3.5 first:pt-0 last:pb-0 [&>svg]:size-5 [&>svg]:shrink-0 [&>svg]:text-muted">
      {icon}
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium wrap-anywhere">{title}</p>
        <p className="text-[0.8125rem] leading-relaxed text-muted">
          {keeper ? `${keeper} · added` : "Added"} <Time iso={createdAt} as="relative" /> · <LastUsed at={lastUsedAt} />
        </p>
        {children}
      </div>
      <div className="flex flex-wrap gap-2">{actions}</div>
    </li>
  );
}

function LastUsed({ at }: { at: string | null }) {
  if (!at) return <span>never used</span>;
  return (
    <span>
      last used <Time iso={at} as="relative" />
    </span>
  );
}
