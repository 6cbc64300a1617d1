import { sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { type Grant, grantsOfPerson } from "#lib/core/permissions.ts";
import { readGrant } from "./read-grant.ts";

/** A user or API user with the permissions that a session opened now would have. */
export type Principal = { accountId: string; grants: Grant[]; limits: null };

/**
 * What somebody's roles say at this moment, whichever account they are in; undefined for who is gone and, unless
 * `whateverStatus`, for who may not sign in.
 */
export const loadPrincipal = (tx: Db, userId: string, whateverStatus = false): Promise<Principal | undefined> =>
  asSystem(tx, async (tx) => {
    const { rows } = await tx.execute<Omit<Principal, "limits"> & { isPerson: boolean }>(sql`
      select u.account_id as "accountId", true as "isPerson", coalesce((
        select json_agg(json_build_object('role', r.name, 'permissions', r.permissions) order by r.id) from roles r
        where r.id in (select role_id from user_roles where user_id = u.id union all
          select g.role_id from group_members m join group_roles g on g.group_id = m.group_id where m.user_id = u.id)
      ), '[]') as grants
      from users u join accounts a on a.id = u.account_id
      where u.id = ${userId} and (${whateverStatus} or u.active and a.active and not u.notifications_only
        and (u.locked_until is null or u.locked_until <= now()))
      union all
      select u.account_id, false, coalesce((
        select json_agg(json_build_object('role', r.name, 'permissions', r.permissions) order by r.id) from roles r
        where r.id in (select g.role_id from api_user_groups m join group_roles g on g.group_id = m.group_id
          where m.api_user_id = u.id)), '[]')
      from api_users u join accounts a on a.id = u.account_id
      where u.id = ${userId} and (${whateverStatus} or u.active and a.active)`);
    const [found] = rows;
    if (!found) return undefined;
    const { accountId, isPerson } = found;
    const grants = found.grants.map(readGrant);
    return { accountId, grants: isPerson ? grantsOfPerson(grants) : grants, limits: null };
  });
