import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Tone } from "#components/ui/badge.tsx";

const icons = { neutral: Info, info: Info, good: CircleCheck, warn: TriangleAlert, danger: CircleAlert };

/** A message that stays in the page. `live` announces it to screen readers when it appears. */
export function Alert({ tone = "info", title, children, live }: AlertProps) {
  const Icon = icons[tone];
  return (
    <div
      role={live ? (tone === "danger" ? "alert" : "status") : undefined}
      className={`flex gap-3 rounded-card border px-4 py-3 leading-relaxed tone-${tone}`}
    >
      <Icon aria-hidden className="mt-[3px] size-4 shrink-0" />
      <div className="min-w-0 wrap-anywhere">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className="text-text">{children}</div>}
      </div>
    </div>
  );
}

type AlertProps = { tone?: Tone; title?: ReactNode; children?: ReactNode; live?: boolean };
