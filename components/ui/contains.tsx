"use client";

import { createContext, type ReactNode, use } from "react";
import { FormContext } from "#components/ui/form-context.ts";
import { containedField } from "#lib/http/next/contained.ts";

const ChoicesContext = createContext("");

/** Says that the form around contains a check box or a list, also when nothing is ticked. Only a `Form` is told. */
export function Contains({ name, form }: { name: string; form?: string }) {
  const { id } = use(FormContext);
  if (!id || name.startsWith("$")) return null;
  return <input type="hidden" name={containedField} value={name} form={form} />;
}

/** Check boxes that make the list `name`: the form is told of it once, not by each of them. */
export function Choices({ name, children }: { name: string; children: ReactNode }) {
  return (
    <ChoicesContext value={name}>
      <Contains name={name} />
      <div className="contents">{children}</div>
    </ChoicesContext>
  );
}

/** Is a check box of this name one of a list that the form was told of? */
export const useIsTold = (name: string) => use(ChoicesContext) === name;
