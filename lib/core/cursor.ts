import { z } from "zod";
import { openSigned, sign } from "./crypto/secrets.ts";
import { badField } from "./errors.ts";

/** The place where a page of a list ended, and the list it belongs to. */
type CursorPosition = { list: string; after: (string | null)[]; until: number };

const position = z.object({ list: z.string(), after: z.array(z.string().nullable()), until: z.number() });

// Nobody turns pages for longer; replicas' clocks may differ by seconds.
const lifetime = 24 * 3600 * 1000;

/**
 * Writes where a page ended. `list` names the list with its owner and filters: a cursor is worth nothing
 * elsewhere (ASVS 9.2).
 */
export const writeCursor = (list: string, after: CursorPosition["after"]): string =>
  sign("cursor", { list, after, until: Date.now() + lifetime } satisfies CursorPosition);

/** Reads a cursor of this very list; undefined without one. Refuses one that is forged, old or of another list. */
export function readCursor(list: string, cursor: string | undefined): CursorPosition["after"] | undefined {
  if (cursor === undefined) return undefined;
  const read = position.safeParse(openSigned("cursor", cursor));
  if (read.success && read.data.list === list && read.data.until > Date.now()) return read.data.after;
  throw badField("cursor", "invalid_cursor", "This cursor does not belong to this list. Start again without one.");
}
