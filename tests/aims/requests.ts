import { account, person, sql } from "../cast.ts";
import { accessKeyOf } from "../samples/access-keys.ts";
import type { Stage } from "./stage.ts";

/** A request that succeeds when Ada, who may everything, makes it. */
export type Request = { path: string; body?: Record<string, unknown> };

/** Makes a role of the account; its id. */
export async function roleOf(accountId: string, permissions: object = { "*:own:get:*": "allowed" }): Promise<string> {
  const [role] = await sql<{ id: string }>(
    "insert into roles (account_id, name, permissions) values ($1, gen_random_uuid()::text, $2) returning id",
    accountId,
    permissions,
  );
  return role?.id ?? "";
}

/** One request for each operation of the contract, about somebody made for it. */
export async function requestsOf({ here }: Stage): Promise<Record<string, Request>> {
  const who = await person(here, []);
  const key = await accessKeyOf(who);
  const role = await roleOf(here);
  const [user, keys] = [`/${here}/users/${who.id}`, `/${here}/users/${who.id}/access_keys`];
  return {
    authenticate: { path: "/authenticate", body: {} },
    get_token_info: { path: "/token_info" },
    change_password: {
      path: "/change_password",
      body: { email: who.email, current_password: who.password, new_password: "Copper-Lantern-83" },
    },
    initiate_password_reset: { path: "/reset_password", body: { email: who.email, return_to: "https://example.org" } },
    reset_password: { path: "/reset_password/lk_lnk_x", body: { password: "Copper-Lantern-83" } },
    mfa_enroll: {
      path: "/user/mfa/enroll",
      body: { email: who.email, password: who.password, mfa_uri: "otpauth://totp/x", mfa_codes: ["123456", "654321"] },
    },
    remove_mfa_device: { path: `/user/mfa/${who.username}` },
    get_account_details: { path: `/${here}/account` },
    update_account_details: { path: `/${here}/account`, body: { mfa_required: false } },
    get_accounts_details_by_name: { path: "/accounts/name/Quarry" },
    list_account_ids_by_relationship: { path: `/${here}/account_ids/managed` },
    list_accounts_by_relationship: { path: `/${here}/accounts/managed` },
    get_account_relationship: { path: `/${here}/accounts/managed/${here}` },
    get_account_relationship_topology: { path: `/${here}/accounts/managed/topology` },
    list_global_roles: { path: "/roles" },
    get_global_role_details: { path: `/roles/${role}` },
    list_roles: { path: `/${here}/roles` },
    create_role: { path: `/${here}/roles`, body: { name: `New ${role}`, permissions: { "*:own:get:*": "allowed" } } },
    get_role_details: { path: `/${here}/roles/${role}` },
    update_role_details: { path: `/${here}/roles/${role}`, body: { name: `Other ${role}` } },
    delete_role: { path: `/${here}/roles/${role}` },
    create_user: { path: `/${here}/users`, body: { name: "New", email: `new-${who.email}` } },
    list_users: { path: `/${here}/users` },
    list_users_by_email: { path: `/users/email/${who.email}` },
    get_user_details: { path: user },
    get_user_details_by_id: { path: `/user/${who.id}` },
    get_user_details_by_username: { path: `/user/username/${who.username}` },
    get_user_details_by_email: { path: `/user/email/${who.username}` },
    update_user_details: { path: user, body: { name: "Other" } },
    delete_user: { path: `/${here}/users/${(await person(here, [])).id}` },
    get_assigned_roles: { path: `${user}/roles` },
    get_assigned_role_ids: { path: `${user}/role_ids` },
    get_user_permissions: { path: `${user}/permissions` },
    grant_user_role: { path: `${user}/roles/${role}` },
    revoke_user_role: { path: `${user}/roles/${role}` },
    create_access_key: { path: keys, body: { label: "x" } },
    list_access_keys: { path: keys },
    get_access_key: { path: `${keys}/${key.id}` },
    delete_access_key: { path: `${keys}/${key.id}` },
    update_access_key: { path: `/access_keys/${key.id}`, body: { label: "y" } },
  };
}

/** An account that is managed by another one, with somebody in it. */
export async function managedBy(managing: string, name: string) {
  const id = await account(name);
  await sql(
    "insert into account_relations (kind, managing_id, managed_id, rights) values ('managed', $1, $2, '{*:managed:*:*}')",
    managing,
    id,
  );
  return id;
}
