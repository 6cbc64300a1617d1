import type { Outgrown } from "#lib/access/issued/outgrown.ts";

/** The field that says what somebody saw when they chose; the operation never sees it. */
export const seenField = "$outgrown";

/** What is outgrown, to tell it from something else later; empty where nothing is. */
export function asSeen({ accessKeys, secrets, items }: Outgrown): string {
  if (accessKeys + secrets === 0) return "";
  return [accessKeys, secrets, ...items.map(({ id }) => id)].join(" ");
}
