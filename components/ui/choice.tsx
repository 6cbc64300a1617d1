"use client";

import type { ComponentProps, ReactNode } from "react";
import { Choices, Contains, useIsTold } from "#components/ui/contains.tsx";
import { FieldMessage } from "#components/ui/field.tsx";
import { useFieldError, useFieldId, useTyped } from "#components/ui/form-context.ts";

type ChoiceProps = { name: string; label: ReactNode; description?: ReactNode } & Omit<ComponentProps<"input">, "name">;

/** A tick box with its label and, below, what it means. Several of one name make a list; wrap them in a `Fieldset`. */
export function Checkbox(props: ChoiceProps) {
  return <Choice {...props} type="checkbox" />;
}

/** One of several answers, in a `Fieldset`. */
export function Radio(props: ChoiceProps) {
  return <Choice {...props} type="radio" />;
}

function Choice({ name, label, description, type, defaultChecked, ...rest }: ChoiceProps) {
  const value = String(rest.value ?? "on");
  const group = useFieldId(name);
  const id = `${group}-${value}`;
  const typed = useTyped(name)?.split("\n").includes(value);
  const invalid = useFieldError(name) !== undefined;
  // A disabled box is not sent, and says nothing by that.
  const tells = !useIsTold(name) && type === "checkbox" && !rest.disabled;
  const start = rest.checked === undefined ? { defaultChecked: typed ?? defaultChecked } : {};
  return (
    <label htmlFor={id} className={`flex gap-2.5 leading-5 ${rest.disabled ? "text-muted" : ""}`}>
      {tells && <Contains name={name} form={rest.form} />}
      <input
        {...rest}
        {...start}
        id={id}
        type={type}
        name={name}
        aria-invalid={invalid || undefined}
        // The whole label can be pressed, but its second line is no part of the name.
        aria-labelledby={description ? `${id}-name` : undefined}
        aria-describedby={description ? `${id}-text` : undefined}
        className="tick"
      />
      <span className="min-w-0">
        <span id={`${id}-name`} className="font-medium">
          {label}
        </span>
        {description && (
          <span id={`${id}-text`} className="hint block">
            {description}
          </span>
        )}
      </span>
    </label>
  );
}

/** A group of choices under one question, with the hint and the error of the field `name`. */
export function Fieldset({ name, legend, hint, required, children }: FieldsetProps) {
  const id = useFieldId(name);
  const error = useFieldError(name);
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <fieldset id={id} tabIndex={-1} aria-describedby={described || undefined} className="min-w-0 focus:outline-none">
      <legend className="label">
        <span>{legend}</span>
        {required && (
          <span aria-hidden className="pl-0.5 text-danger-text">
            *
          </span>
        )}
      </legend>
      {hint && (
        <div id={`${id}-hint`} className="hint">
          {hint}
        </div>
      )}
      {error && (
        <div className="mt-1.5">
          <FieldMessage id={`${id}-error`}>{error}</FieldMessage>
        </div>
      )}
      <div className="mt-2.5 grid gap-3">
        <Choices name={name}>{children}</Choices>
      </div>
    </fieldset>
  );
}

type FieldsetProps = { name: string; legend: ReactNode; hint?: ReactNode; required?: boolean; children: ReactNode };
