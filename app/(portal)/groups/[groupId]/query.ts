import { inAccount } from "#components/layout/acting-account.ts";
import type { Group } from "#lib/people/groups/list.ts";

/**
 * The group that its page shows, and what its address asks for: members by `search`, people to take in by `add`, roles
 * by `findRoles`.
 */
export type GroupPageQuery = {
  group: Group;
  accountId?: string;
  search: string;
  add: string;
  findRoles: string;
  cursor?: string;
};

/** The page that shows this. */
export function groupPath(
  { group, accountId, search, add }: GroupPageQuery,
  rest: Record<string, string> = {},
): string {
  const query = new URLSearchParams({ ...(search && { search }), ...(add && { add }), ...rest });
  return inAccount(`/groups/${group.id}${query.size ? `?${query}` : ""}`, accountId);
}
