import { type Grant, grantsOfPerson } from "#lib/core/permissions.ts";
import { grantsOf, rolesHeld } from "./grants.ts";

const maySignIn = `u.active and a.active and not u.notifications_only and (u.locked_until is null or u.locked_until <= now())`;

/**
 * The roles of a row `u` of `users`, each in its version, by themselves and through groups, as {@link grantsOf} takes
 * them.
 */
export const rolesOfPerson = rolesHeld(`select role_id from user_roles where user_id = u.id union all
    select g.role_id from group_members m join group_roles g on g.group_id = m.group_id where m.user_id = u.id`);

/** What is asked of somebody whenever one of their credentials comes, over a row `u` of `users` and its account `a`. */
export const userColumns = `
  u.id as user_id, u.account_id, u.username, u.full_name, u.email, ${maySignIn} as active, a.name as account_name,
  ${rolesOfPerson} as roles`;

/** What that answers. */
export type PersonRow = {
  user_id: string;
  account_id: string;
  username: string;
  full_name: string;
  email: string;
  active: boolean;
  account_name: string;
  roles: string | null;
};

/** Whose a credential is. */
export const owner = async (row: PersonRow) => ({
  id: row.user_id,
  accountId: row.account_id,
  accountName: row.account_name,
  username: row.username,
  fullName: row.full_name,
  email: row.email,
  grants: ofPerson(await grantsOf(row.roles)),
});

const persons = new WeakMap<Grant[], Grant[]>();

/** The same roles are the very same object here as well. */
function ofPerson(roles: Grant[]): Grant[] {
  const grants = persons.get(roles) ?? grantsOfPerson(roles);
  persons.set(roles, grants);
  return grants;
}
