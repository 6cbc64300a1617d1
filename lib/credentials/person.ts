import { readOnce } from "#lib/core/kept.ts";
import { type Grant, grantsOfPerson } from "#lib/core/permissions.ts";

const maySignIn = `u.active and a.active and not u.notifications_only and (u.locked_until is null or u.locked_until <= now())`;

/** What is asked of somebody whenever one of their credentials comes, over a row `u` of `users` and its account `a`. */
export const person = `
  u.id as user_id, u.account_id, u.username, u.full_name, u.email, ${maySignIn} as active, a.name as account_name,
  (select json_agg(json_build_object('role', r.name, 'permissions', r.permissions) order by r.id) from roles r
     where r.id in (select role_id from user_roles where user_id = u.id union all
       select g.role_id from group_members m join group_roles g on g.group_id = m.group_id where m.user_id = u.id)
  )::text as grants`;

/** What that answers. */
export type PersonRow = {
  user_id: string;
  account_id: string;
  username: string;
  full_name: string;
  email: string;
  active: boolean;
  account_name: string;
  grants: string | null;
};

/** Whose a credential is. */
export const owner = (row: PersonRow) => ({
  id: row.user_id,
  accountId: row.account_id,
  accountName: row.account_name,
  username: row.username,
  fullName: row.full_name,
  email: row.email,
  grants: grantsOf(row.grants ?? "[]"),
});

/** Characters of text that are kept read; with what is made of them, they take some 32 MB at most. */
export const mostText = 4_000_000;

const grantsOf = readOnce((text): Grant[] => grantsOfPerson(JSON.parse(text)), mostText);
