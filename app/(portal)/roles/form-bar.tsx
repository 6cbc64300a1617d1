import type { ReactNode } from "react";

/** The buttons of a long form, which stay in sight. */
export function FormBar({ children }: { children: ReactNode }) {
  return (
    <div className="sticky bottom-0 z-10 -mx-px flex flex-wrap items-center gap-2.5 rounded-t-card border border-b-0 border-line bg-raised px-4 py-3 shadow-raised">
      {children}
    </div>
  );
}
