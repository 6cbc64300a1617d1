import { X } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { closes } from "#components/ui/commands.ts";

type DialogProps = {
  id: string;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** A question that must be answered: no close cross, no click outside; put the safe button first. */
  alert?: boolean;
  wide?: boolean;
  /** For a dialog that is only read: the focus starts on the cross. */
  reading?: boolean;
  /** Without the close cross, for a dialog that brings its own way out. */
  bare?: boolean;
} & Omit<ComponentProps<"dialog">, "title" | "id">;

/** A native modal dialog, opened by `<Button opens={id}>`. Its first control gets the focus; Escape closes it. */
export function Dialog({ id, title, description, children, alert, wide, bare, reading, ...rest }: DialogProps) {
  return (
    <dialog
      closedby={alert ? "closerequest" : "any"}
      {...rest}
      id={id}
      role={alert ? "alertdialog" : undefined}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-text` : undefined}
      className={wide ? "dialog dialog-wide" : "dialog"}
    >
      <div className="relative p-5 sm:p-6">
        {reading && <CloseCross id={id} />}
        <h2 id={`${id}-title`} className="pr-9 text-base font-semibold text-balance wrap-anywhere">
          {title}
        </h2>
        {description && (
          <div id={`${id}-text`} className="mt-1.5 leading-relaxed wrap-anywhere text-muted">
            {description}
          </div>
        )}
        {children && <div className="mt-5 grid gap-5 *:min-w-0">{children}</div>}
        {!alert && !bare && !reading && <CloseCross id={id} />}
      </div>
    </dialog>
  );
}

// Last in the document, so that opening the dialog puts the focus on its content.
function CloseCross({ id }: { id: string }) {
  return (
    <button
      type="button"
      {...closes(id)}
      aria-label="Close"
      className="button button-quiet button-icon button-small absolute top-3.5 right-3.5 text-muted"
    >
      <X aria-hidden />
    </button>
  );
}

/** The row of buttons that ends a dialog. The safe one first. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className="mt-1 flex flex-wrap justify-end gap-2.5">{children}</div>;
}
