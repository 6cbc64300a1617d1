import type { ReactNode } from "react";

/**
 * A titled section of a page. `footer` is the place of a form's buttons or a note; `flush` leaves the body unpadded,
 * for tables.
 */
export function Card({ id, title, description, actions, footer, flush, children }: CardProps) {
  return (
    <section id={id} aria-labelledby={title && id ? `${id}-title` : undefined} className="card">
      {title && (
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 px-5 pt-5 sm:px-6">
          <div className="min-w-0 max-w-prose">
            <h2 id={id ? `${id}-title` : undefined} className="font-semibold">
              {title}
            </h2>
            {description && <div className="mt-1 leading-relaxed wrap-anywhere text-muted">{description}</div>}
          </div>
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </header>
      )}
      <div className={flush ? (title ? "mt-5 border-t border-line" : "") : "p-5 sm:px-6"}>{children}</div>
      {footer && (
        <footer className="rounded-b-card border-t border-line bg-sunken px-5 py-3.5 text-muted sm:px-6">
          {footer}
        </footer>
      )}
    </section>
  );
}

type CardProps = {
  id?: string;
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  flush?: boolean;
  children?: ReactNode;
};

/** Names and values: `<Facts><Fact name="Created">…</Fact></Facts>`. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid gap-y-4 sm:grid-cols-[11rem_1fr] sm:gap-x-6 sm:gap-y-3.5">{children}</dl>;
}

/** One name and its value inside `Facts`. */
export function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="-mb-3 text-[0.8125rem] leading-5 font-medium text-muted sm:mb-0">{name}</dt>
      <dd className="min-w-0 leading-5 wrap-anywhere">{children}</dd>
    </div>
  );
}
