import { z } from "zod";
import { shapeOf } from "../shape.ts";

/**
 * Reads a form as the operation's input wants it: check boxes as booleans, lists as lists, files as bytes. A field
 * whose name begins with `$` is between the page and its action (React's own, `$return_to`); the operation never sees
 * it.
 */
export async function inputOf(schema: z.ZodType, form: FormData): Promise<Record<string, unknown>> {
  const shape = shapeOf(schema);
  const input: Record<string, unknown> = {};
  for (const name of new Set([...form.keys(), ...Object.keys(shape)])) {
    if (name.startsWith("$")) continue;
    const value = await read(shape[name], form.getAll(name));
    if (value !== undefined) input[name] = value;
  }
  return input;
}

/** Without the fields that were left empty, for forms that offer several ways to say the same. */
export const filled = (input: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== ""));

/**
 * The text fields as typed, to be shown again; several values of one name on a line each, a box left unticked as the
 * empty text. Never a password and never a file.
 */
export function typedValues(schema: z.ZodType, form: FormData): Record<string, string> {
  const shown = Object.entries(shapeOf(schema)).filter(([name, field]) => !isPassword(field) && !hasFile(form, name));
  const typed = shown.filter(([name, field]) => form.has(name) || isTicked(field));
  return Object.fromEntries(typed.map(([name]) => [name, form.getAll(name).join("\n")]));
}

const hasFile = (form: FormData, name: string) => form.getAll(name).some((value) => value instanceof File);

/** Fields of which a form sends nothing when no box is ticked. */
const isTicked = (field: z.ZodType) => bare(field) instanceof z.ZodBoolean || bare(field) instanceof z.ZodArray;

async function read(field: z.ZodType | undefined, given: FormDataEntryValue[]): Promise<unknown> {
  const inner = field && bare(field);
  if (inner instanceof z.ZodBoolean) return given.some((value) => value === "on" || value === "true");
  if (inner instanceof z.ZodArray) return given;
  const [value] = given;
  return value instanceof File ? new Uint8Array(await value.arrayBuffer()) : value;
}

/** A password stays one when it may be left out. */
const isPassword = (field: z.ZodType) => layers(field).some((layer) => layer.meta()?.format === "password");

/** What is left of a field without its default, optionality, or what is done to it afterwards. */
const bare = (field: z.ZodType) => layers(field).at(-1);

/** A field, and what is in it, from its outside in. */
function layers(field: z.ZodType): z.ZodType[] {
  const inner = inside(field);
  return inner ? [field, ...layers(inner as z.ZodType)] : [field];
}

function inside(field: z.ZodType) {
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault || field instanceof z.ZodNullable)
    return field.unwrap();
  if (field instanceof z.ZodPipe) return field.in;
}
