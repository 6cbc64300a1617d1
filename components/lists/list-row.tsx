import type { ReactNode } from "react";
import type { Elements } from "#components/ui/elements.ts";

/** One thing about somebody, and what can be done about it. */
export function ListRow({ words, children }: { words: ReactNode; children?: Elements }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-3">
      <span className="max-w-prose min-w-0 leading-relaxed wrap-anywhere">{words}</span>
      {children}
    </li>
  );
}
