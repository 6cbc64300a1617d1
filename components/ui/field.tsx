"use client";

import { CircleAlert } from "lucide-react";
import { type ComponentProps, createContext, type ReactNode, use } from "react";
import type { Elements } from "#components/ui/elements.ts";
import { useFieldError, useFieldId, useTyped } from "#components/ui/form-context.ts";

type Wiring = { name: string; id: string; required: boolean; describedBy?: string; invalid: boolean; typed?: string };

const FieldContext = createContext<Wiring | null>(null);

/** The wiring of the `Field` around, for a control of your own: id, name, describedBy, invalid, typed. */
export function useField() {
  const field = use(FieldContext);
  if (!field) throw new Error("This control must stand inside a <Field>");
  return field;
}

type FieldProps = {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  required?: boolean;
  /** Marks the field as one that may stay empty, for forms where most must not. */
  optional?: boolean;
  /** Stands at the end of the label's line, e.g. a "Forgot it?" link. */
  aside?: Elements;
  children: Elements;
};

/** Label, control, hint and error as one. The control inside (`Input`, `Select` …) wires itself. */
export function Field({ name, label, hint, required = false, optional, aside, children }: FieldProps) {
  const id = useFieldId(name);
  const error = useFieldError(name);
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const wiring = {
    name,
    id,
    required,
    describedBy: described || undefined,
    invalid: Boolean(error),
    typed: useTyped(name),
  };
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="label">
          <span>{label}</span>
          {required && <RequiredMark />}
          {optional && <span className="font-normal text-muted"> (optional)</span>}
        </label>
        {aside}
      </div>
      <FieldContext value={wiring}>{children}</FieldContext>
      {error && <FieldMessage id={`${id}-error`}>{error}</FieldMessage>}
      {hint && (
        <div id={`${id}-hint`} className="hint">
          {hint}
        </div>
      )}
    </div>
  );
}

function RequiredMark() {
  return (
    <span aria-hidden className="pl-0.5 text-danger-text" title="Required">
      *
    </span>
  );
}

/** The words under a field that was refused. */
export function FieldMessage({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={id} className="flex gap-1.5 text-[0.8125rem] leading-5 font-medium text-danger-text">
      <CircleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
      <span className="wrap-anywhere">{children}</span>
    </p>
  );
}

/** Attributes that tie a control to its field. */
export function wired({ name, id, required, describedBy, invalid }: Wiring) {
  return { name, id, required, "aria-describedby": describedBy, "aria-invalid": invalid || undefined };
}

/** A one-line input in a `Field`; also dates (`type="datetime-local"`) and files. */
export function Input({ defaultValue, className = "", ...rest }: ComponentProps<"input">) {
  const field = useField();
  const typed = rest.type === "file" || rest.value !== undefined ? {} : { defaultValue: field.typed ?? defaultValue };
  return <input {...wired(field)} {...rest} {...typed} className={`input ${className}`} />;
}

/** A text of several lines in a `Field`; grows with what is typed. */
export function Textarea({ defaultValue, className = "", ...rest }: ComponentProps<"textarea">) {
  const field = useField();
  return (
    <textarea {...wired(field)} {...rest} defaultValue={field.typed ?? defaultValue} className={`input ${className}`} />
  );
}

/** A choice from a list in a `Field`; children are `<option>`s. */
export function Select({ defaultValue, className = "", ...rest }: ComponentProps<"select">) {
  const field = useField();
  const chosen = field.typed ?? defaultValue;
  const start = rest.value === undefined ? { defaultValue: chosen } : {};
  // A select forgets a changed default, so a new default is a new select.
  return <select key={String(chosen)} {...wired(field)} {...rest} {...start} className={`input ${className}`} />;
}
