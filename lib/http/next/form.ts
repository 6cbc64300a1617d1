import { z } from "zod";
import { shapeOf } from "../shape.ts";
import { containedField } from "./contained.ts";

/**
 * Reads a form as the operation's input wants it: check boxes as booleans, lists as lists, files as bytes. A box or a
 * list that the form neither sends nor says to contain is not in the input: it stays as it is. A field whose name begins
 * with `$` is between the page and its action (React's own, `$return_to`); the operation never sees it.
 */
export async function inputOf(schema: z.ZodType, form: FormData): Promise<Record<string, unknown>> {
  const shape = shapeOf(schema);
  const input: Record<string, unknown> = {};
  for (const name of new Set([...form.keys(), ...containedIn(form, shape)])) {
    if (name.startsWith("$")) continue;
    const value = await read(shape[name], form.getAll(name));
    if (value !== undefined) input[name] = value;
  }
  return input;
}

/** The check boxes and lists that a form contains, ticked or not. */
const containedIn = (form: FormData, shape: Record<string, z.ZodType>): string[] =>
  form.getAll(containedField).flatMap((name) => (isTickable(shape[String(name)]) ? String(name) : []));

/** Without the fields that were left empty, for forms that offer several ways to say the same. */
export const filled = (input: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== ""));

/**
 * The text fields as typed, to be shown again; several values of one name on a line each, a box left unticked as the
 * empty text. Never a password and never a file.
 */
export function typedValues(schema: z.ZodType, form: FormData): Record<string, string> {
  const shape = shapeOf(schema);
  const contained = new Set([...form.keys(), ...containedIn(form, shape)]);
  const shown = Object.entries(shape).filter(([name, field]) => !isPassword(field) && !hasFile(form, name));
  const typed = shown.filter(([name]) => contained.has(name));
  return Object.fromEntries(typed.map(([name]) => [name, form.getAll(name).join("\n")]));
}

const hasFile = (form: FormData, name: string) => form.getAll(name).some((value) => value instanceof File);

/** Fields of which a form sends nothing when no box is ticked. */
function isTickable(field: z.ZodType | undefined): boolean {
  const inner = field && bare(field);
  return inner instanceof z.ZodBoolean || inner instanceof z.ZodArray;
}

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
