import type { ReactNode } from "react";

/** What stands where a list is empty: a sentence what it is for, the first step, perhaps more help. */
export function EmptyState({ icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center px-6 py-7 sm:py-14 text-center">
      {icon && (
        <div className="mb-4 grid size-11 place-items-center rounded-xl border border-line bg-sunken text-muted [&>svg]:size-5">
          {icon}
        </div>
      )}
      <h2 className="font-semibold">{title}</h2>
      {children && <div className="mt-1.5 max-w-sm leading-relaxed text-balance text-muted">{children}</div>}
      {actions && <div className="mt-5 flex flex-wrap justify-center gap-2.5">{actions}</div>}
    </div>
  );
}

type EmptyStateProps = { icon?: ReactNode; title: ReactNode; children?: ReactNode; actions?: ReactNode };
