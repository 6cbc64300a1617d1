import type { ReactNode } from "react";

/** A bar above the list that stays in sight. */
export function ProgressBar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      className="sticky top-16 z-10 mb-3 flex flex-wrap items-center gap-2.5 rounded-card border border-line bg-raised px-4 py-3 shadow-raised lg:top-3"
    >
      {children}
    </section>
  );
}
