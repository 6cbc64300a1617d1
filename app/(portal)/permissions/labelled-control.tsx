import { useId } from "react";
import type { Elements } from "#components/ui/elements.ts";

type ControlProps = {
  label: string;
  hint: string;
  /** Where one looks for what can be chosen. */
  finder: Elements;
  children: (wiring: { id: string; "aria-describedby": string }) => Elements;
};

/** A control below its label, with where one looks for its choices between the two. */
export function LabelledControl({ label, hint, finder, children }: ControlProps) {
  const id = useId();
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className="label">
        {label}
      </label>
      {finder}
      {children({ id, "aria-describedby": `${id}-hint` })}
      <span id={`${id}-hint`} className="hint">
        {hint}
      </span>
    </div>
  );
}
