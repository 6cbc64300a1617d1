/** The scope of a pattern: `own`, `managed`, an account's id, `*` or nothing. */
export const scopeOf = (pattern: string): string => pattern.split(":")[1] ?? "";

/** The same pattern in another scope. */
export function withScope(pattern: string, scope: string): string {
  const [service, , action, resource] = pattern.split(":");
  return [service, scope, action, resource].join(":");
}

/** Does a pattern name one account by its id? */
export const isNumbered = (pattern: string): boolean => /^\d+$/.test(scopeOf(pattern));

/** Does a pattern speak of all managed accounts? */
export const isManaged = (pattern: string): boolean => scopeOf(pattern) === "managed";

/** One managed account as any of them, where less would be guessed. */
export const widened = (pattern: string): string => (isNumbered(pattern) ? withScope(pattern, "managed") : pattern);
