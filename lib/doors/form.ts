import { z } from "zod";
import { shapeOf } from "./shape.ts";

/** Reads a form as the operation's input wants it: check boxes as booleans, lists as lists, files as bytes. */
export async function inputOf(schema: z.ZodType, form: FormData): Promise<Record<string, unknown>> {
  const shape = shapeOf(schema);
  const input: Record<string, unknown> = {};
  for (const name of new Set([...form.keys(), ...Object.keys(shape)])) {
    if (name.startsWith("$ACTION")) continue;
    const value = await read(shape[name], form.getAll(name));
    if (value !== undefined) input[name] = value;
  }
  return input;
}

/** The text fields as typed, to be shown again, a list one to a line; never a password and never a file. */
export function typedValues(schema: z.ZodType, form: FormData): Record<string, string> {
  const shown = Object.entries(shapeOf(schema)).filter(([name, field]) => form.has(name) && !isPassword(field));
  return Object.fromEntries(shown.map(([name]) => [name, form.getAll(name).filter(isText).join("\n")]));
}

const isText = (value: FormDataEntryValue) => typeof value === "string";

async function read(field: z.ZodType | undefined, given: FormDataEntryValue[]): Promise<unknown> {
  const inner = field && bare(field);
  if (inner instanceof z.ZodBoolean) return given.some((value) => value === "on" || value === "true");
  if (inner instanceof z.ZodArray) return given;
  const [value] = given;
  return value instanceof File ? new Uint8Array(await value.arrayBuffer()) : value;
}

const isPassword = (field: z.ZodType) => field.meta()?.format === "password";

/** What is left of a field without its default, optionality, or what is done to it afterwards. */
function bare(field: z.ZodType): unknown {
  let inner: unknown = field;
  while (true) {
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
      inner = inner.unwrap();
    else if (inner instanceof z.ZodPipe) inner = inner.in;
    else return inner;
  }
}
