/**
 * The service of administration is called `admin` in permissions. It was called `aims`, and so it is still written to
 * the database: the version before runs beside this one during an upgrade and knows no other word. Both are read.
 * docs/decisions/0019-the-service-of-administration.md says when that ends.
 */
const [present, former] = ["admin:", "aims:"];

const respelled = (pattern: string, from: string, to: string) =>
  pattern.startsWith(from) ? to + pattern.slice(from.length) : pattern;

/** A pattern as this process has it, whichever way it was written. */
export const readPattern = (pattern: string): string => respelled(pattern, former, present);

/** A pattern in the spelling that is stored, and that clients of AIMS know. */
export const formerPattern = (pattern: string): string => respelled(pattern, present, former);

/** A map of patterns as this process has it; of one that is written both ways, what denies stands. */
export function readPermissions<E extends string>(written: Record<string, E>): Record<string, E> {
  const patterns = Object.keys(written);
  if (!patterns.some((pattern) => pattern.startsWith(former))) return written;
  const read: Record<string, E> = {};
  for (const [pattern, effect] of Object.entries(written)) {
    const name = readPattern(pattern);
    read[name] = effect === "allowed" ? (read[name] ?? effect) : effect;
  }
  return read;
}

/** A map of patterns in the spelling that is stored, and that clients of AIMS know. */
export const formerPermissions = <E extends string>(permissions: Record<string, E>): Record<string, E> =>
  Object.fromEntries(Object.entries(permissions).map(([pattern, effect]) => [formerPattern(pattern), effect]));
