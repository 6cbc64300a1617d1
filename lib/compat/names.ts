import { type FieldError, Refusal } from "#lib/core/errors.ts";

/**
 * What a client calls a field; of a list, what it calls the member at that place, which is empty for the list as a
 * whole.
 */
type Name = string | ((place: string, query: URLSearchParams) => string);

/**
 * What the fields of operations are called by the clients of a compatible API, stated once for each API, and for an
 * address where it differs there; what does not stand in it is called alike.
 */
export type Names = Record<string, Name>;

/**
 * A refusal in the words of whoever sent the request: each field by the name under which they sent it, and never what
 * the API has made of it on the way.
 */
export function inCallersWords(refusal: Refusal, names: Names, query: URLSearchParams): Refusal {
  const { errors } = refusal.details;
  if (!errors?.length) return inFormerSpelling(refusal);
  const renamed = errors.map((error) => ({ ...error, pointer: `/${nameOf(error, names, query)}` }));
  const message = refusal.code === "invalid_fields" ? summaryOf(renamed) : refusal.message;
  return new Refusal(refusal.code, message, { ...refusal.details, errors: renamed });
}

/** Their clients may look for the service of administration in a message by the name that it always had there. */
function inFormerSpelling(refusal: Refusal): Refusal {
  const message = refusal.message.replace(/\badmin:(?=(own|managed|\*|\d+|):)/g, "aims:");
  return message === refusal.message ? refusal : new Refusal(refusal.code, message, refusal.details);
}

function nameOf({ pointer }: FieldError, names: Names, query: URLSearchParams): string {
  const [, field = "", place = ""] = pointer.split("/");
  const name = Object.hasOwn(names, field) ? names[field] : undefined;
  return typeof name === "function" ? name(place, query) : (name ?? field);
}

const summaryOf = (errors: FieldError[]) =>
  [...new Set(errors.map(({ pointer, message }) => `${pointer.slice(1) || "input"}: ${message}`))].join(" ");
