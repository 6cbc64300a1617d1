import type { ReactNode } from "react";

/** A page that says what went wrong and what to do. */
export function Trouble({ code, title, children, actions }: TroubleProps) {
  return (
    <div className="max-w-prose py-6">
      <p className="font-mono text-[0.8125rem] text-muted">{code}</p>
      <h1 className="mt-2 text-[1.375rem] leading-8 font-semibold tracking-[-0.012em]">{title}</h1>
      <div className="mt-2 grid gap-3 leading-relaxed text-muted">{children}</div>
      {actions && <div className="mt-6 flex flex-wrap gap-2.5">{actions}</div>}
    </div>
  );
}

type TroubleProps = { code: string; title: string; children: ReactNode; actions?: ReactNode };
