import { listAddress } from "#components/lists/list-address.ts";
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
export const groupPath = ({ group, accountId, search, add }: GroupPageQuery, cursor?: string): string =>
  listAddress(`/groups/${group.id}`, { search, add, cursor }, accountId);
