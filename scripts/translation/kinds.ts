import { type Checker, type Type, TypeFlags } from "typescript/unstable/sync";

/** What a value is on a page. */
type Kind = "text" | "nothing" | "many" | "element";

/** What values of a type may be on a page. */
export function kindsOf(type: Type | undefined, checker: Checker): Set<Kind> {
  if (!type) return new Set();
  if (type.isUnionType()) return new Set((type.getTypes() ?? []).flatMap((one) => [...kindsOf(one, checker)]));
  return new Set([kindOf(type, checker)].flat());
}

function kindOf(type: Type, checker: Checker): Kind | Kind[] {
  // What `&&` leaves of a value that is not there.
  if (type.isLiteralType() && !type.value) return "nothing";
  if (type.flags & (TypeFlags.StringLike | TypeFlags.NumberLike)) return "text";
  if (type.flags & (TypeFlags.Nullable | TypeFlags.BooleanLike | TypeFlags.VoidLike)) return "nothing";
  if (type.flags & TypeFlags.AnyOrUnknown) return ["text", "nothing"];
  return checker.isArrayLikeType(type) || isIterable(type) ? "many" : "element";
}

const isIterable = (type: Type) => type.getSymbol()?.name === "Iterable";

/** May a value of this type be text among other things, as React's own type of all that can be drawn? */
export function isLoose(type: Type | undefined, checker: Checker): boolean {
  const kinds = kindsOf(type, checker);
  return kinds.has("text") && kinds.has("many");
}
