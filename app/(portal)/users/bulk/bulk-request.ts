import { isId } from "#lib/http/next/is-id.ts";
import type { BulkAction } from "#lib/people/users/bulk.ts";
import { actionNamed } from "./ways.ts";

/** As many as the list has on a page. */
const maxChosen = 25;

type Query = Record<string, string | string[] | undefined>;

/** Who is ticked, and what is to be done to them. */
export type BulkRequest = { action: BulkAction; userIds: string[] };

/** What the address asks for; nothing where it says nothing that there is. */
export function bulkRequestOf({ action, userIds }: Query): BulkRequest | null {
  const known = actionNamed(action);
  const ids = [...new Set([userIds ?? []].flat())].filter(isId).slice(0, maxChosen);
  return known && ids.length ? { action: known, userIds: ids } : null;
}
