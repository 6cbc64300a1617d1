import type { ReactNode } from "react";
import type { Elements } from "#components/ui/elements.ts";

/** What a chip, alert or banner means. Always said in words too. */
export type Tone = "neutral" | "good" | "warn" | "danger" | "info";

/** A short status in words; give it an icon where the tone matters, since colour alone says nothing. */
export function Badge({ tone = "neutral", icon, children, title }: BadgeProps) {
  return (
    <span className={`chip tone-${tone}`} title={title}>
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}

type BadgeProps = { tone?: Tone; icon?: Elements; children: ReactNode; title?: string };
