import type { ReactNode } from "react";
import type { Elements } from "#components/ui/elements.ts";

/** A page for those who are not signed in: its title, what it is about, and what can be done. */
export function Titled({ title, lead, children }: { title: string; lead?: ReactNode; children?: Elements }) {
  return (
    <>
      <h1 className="mb-3 text-lg font-semibold">{title}</h1>
      {lead && <div className="mb-6 leading-relaxed text-muted">{lead}</div>}
      {children}
    </>
  );
}
