"use client";

import { createContext, use, useState } from "react";
import type { ActionState } from "#lib/http/next/action.ts";

type Shared = { id: string; state: ActionState; pending: boolean };

/** What a `Form` tells the fields inside it. Outside of one, fields are just fields. */
export const FormContext = createContext<Shared>({ id: "", state: { status: "idle" }, pending: false });

/** The state of the form around: its last answer, and whether one is awaited. */
export const useFormState = () => use(FormContext);

/** The element id of a field in the form around, so that the summary of errors can lead to it. */
export const useFieldId = (name: string) => `${use(FormContext).id}field-${name}`;

/** State that returns to its beginning when the form around it is done, as the fields do. */
export function useUntilDone<T>(beginning: T) {
  const { state } = use(FormContext);
  const [value, setValue] = useState(beginning);
  const [seen, setSeen] = useState(state);
  if (state !== seen) {
    setSeen(state);
    if (state.status === "done") setValue(beginning);
  }
  return [value, setValue] as const;
}

/** Why the field `name` was refused, or undefined. */
export function useFieldError(name: string) {
  const { state } = use(FormContext);
  if (state.status !== "refused") return undefined;
  return state.problem.errors.find(({ pointer }) => fieldOf(pointer) === name)?.message;
}

/** What was typed into the field `name` before the refusal, or before it is gone on with; or undefined. */
export function useTyped(name: string) {
  const { state } = use(FormContext);
  return state.status === "idle" ? undefined : state.values?.[name];
}

/** The name of the field that a JSON pointer is about: "/scopes/0" is about "scopes". */
export const fieldOf = (pointer: string) => (pointer.split("/")[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
