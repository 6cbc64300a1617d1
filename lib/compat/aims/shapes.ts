import type { z } from "zod";
import { formerPermissions } from "#db/administration-service.ts";
import type { accountFacts, keyFacts, personFacts, roleFacts, stamp } from "./facts.ts";

type Stamp = z.output<typeof stamp>;

/** Ids of people and roles are upper-case in this API (G12). */
export const upper = (id: string): string => id.toUpperCase();

/** Epoch seconds of an instant on our wire (G4). */
export const epochOf = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/** By whom: a user id, or `System`. */
const stampOut = ({ at, by }: Stamp) => ({ at, by: by === null ? "System" : upper(by) });

type Dated = { createdAt: string; createdBy: string | null; modifiedAt: string; modifiedBy: string | null };

/** What our own wire says of when and by whom, as this API has it. */
export const stamped = <T extends Dated>(row: T) => ({
  ...row,
  created: { at: epochOf(row.createdAt), by: row.createdBy },
  modified: { at: epochOf(row.modifiedAt), by: row.modifiedBy },
});

const stampsOut = ({ created, modified }: { created: Stamp; modified: Stamp }) => ({
  created: stampOut(created),
  modified: stampOut(modified),
});

/** Leaves out what is null: what is not set is not there. */
const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

/** A person. */
export function userOut(user: z.output<typeof personFacts>) {
  const { fullName, mobilePhone, phone, webhookUrl, notificationsOnly, roleIds, login, accessKeys } = user;
  return {
    id: upper(user.id),
    account_id: user.accountId,
    name: fullName,
    username: user.username,
    email: user.email,
    active: user.active,
    locked: user.locked,
    version: user.version,
    linked_users: [],
    mfa_enabled: user.mfaEnabled,
    ...stampsOut(user),
    ...given({ mobile_phone: mobilePhone, phone, webhook_url: webhookUrl, role_ids: roleIds?.map(upper) ?? null }),
    ...(notificationsOnly && { notifications_only: true }),
    ...(login && { user_credential: credentialOut(user, login) }),
    ...(accessKeys && { access_keys: accessKeys.map(keyOut) }),
  };
}

type Login = NonNullable<z.output<typeof personFacts>["login"]>;

const credentialOut = (user: z.output<typeof personFacts>, { version, isOnce, lastLogin, modifiedAt }: Login) => ({
  version,
  one_time_password: isOnce,
  last_login: lastLogin,
  created: stampOut(user.created),
  modified: stampOut({ at: modifiedAt, by: null }),
});

/** An access key; `secret` when it was just made. */
export const keyOut = (key: z.output<typeof keyFacts>) => ({
  access_key_id: key.id,
  user_id: upper(key.userId),
  account_id: key.accountId,
  ...(key.label && { label: key.label }),
  last_login: key.lastLogin,
  ...stampsOut(key),
});

/** A role; a global one belongs to the account `*`. */
export const roleOut = (role: z.output<typeof roleFacts>) => ({
  id: upper(role.id),
  account_id: role.accountId ?? "*",
  name: role.name,
  permissions: formerPermissions(role.permissions),
  legacy_permissions: [],
  version: role.version,
  ...(role.accountId === null && { global: true }),
  ...stampsOut(role),
});

/** An account. */
export const accountOut = (account: z.output<typeof accountFacts>) => ({
  id: account.id,
  name: account.name,
  active: account.active,
  version: account.version,
  accessible_locations: account.locations,
  default_location: account.defaultLocation,
  mfa_required: account.mfaRequired,
  ...stampsOut(account),
});
