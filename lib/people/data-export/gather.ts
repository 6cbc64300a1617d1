import { desc, eq, getTableColumns, type InferSelectModel } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Db } from "#db/client.ts";
import { roles, userRoles } from "#db/schema/access.ts";
import { accounts } from "#db/schema/accounts.ts";
import { authenticators, formerPasswords, passkeys, recoveryCodes } from "#db/schema/factors.ts";
import { notificationChoices, notifications } from "#db/schema/notifications.ts";
import { devices, sessions } from "#db/schema/sessions.ts";
import { tokens, tokenUses } from "#db/schema/tokens.ts";
import { emailChanges, pictures, users } from "#db/schema/users.ts";
import { serviceCredentials } from "#db/schema/vault.ts";
import { entriesOf } from "#lib/audit/security-log/entries.ts";
import type { Actor } from "#lib/core/actor.ts";
import { withoutVisitorsPlace } from "#lib/sign-in/sessions/visitors.ts";

/** The newest entries of the security log; there may be any number. */
const maxEntries = 10_000;

/** Everything that is kept of a person, by what it is; of what is secret, only that it is there and since when. */
export async function gather(tx: Db, actor: Actor) {
  const { id, accountId } = actor;
  const of = <T extends PgTable & { userId: PgColumn }>(table: T, hidden: string[] = []) => mine(tx, table, id, hidden);
  const [person] = await tx.select().from(users).where(eq(users.id, id));
  const [account] = await tx
    .select({ id: accounts.id, name: accounts.name })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  const [picture] = await tx.select().from(pictures).where(eq(pictures.userId, id));
  return {
    writtenAt: new Date().toISOString(),
    profile: without(person, ["passwordHash", "webhookSecret"]),
    account,
    roles: await tx
      .select({ name: roles.name, permissions: roles.permissions, grantedAt: userRoles.grantedAt })
      .from(userRoles)
      .innerJoin(roles, eq(roles.id, userRoles.roleId))
      .where(eq(userRoles.userId, id)),
    sessions: (await rowsOf(tx, sessions, id)).map((session) => shown(withoutVisitorsPlace(session))),
    devices: await of(devices),
    apiTokens: await of(tokens, ["sealedSecret"]),
    serviceCredentials: await of(serviceCredentials, ["sealedSecret"]),
    apiTokenUses: await tx
      .select({ token: tokens.name, ...usesShown })
      .from(tokenUses)
      .innerJoin(tokens, eq(tokens.id, tokenUses.tokenId))
      .where(eq(tokens.userId, id))
      .orderBy(desc(tokenUses.lastAt)),
    authenticators: await of(authenticators, ["secret", "lastStep"]),
    passkeys: await of(passkeys, ["publicKey", "credentialId", "counter"]),
    recoveryCodes: await of(recoveryCodes, ["hash"]),
    formerPasswords: await of(formerPasswords, ["hash"]),
    addressChanges: await of(emailChanges),
    notifications: await of(notifications),
    notificationChoices: await of(notificationChoices),
    securityLog: await entriesOf(tx, actor, {}, maxEntries),
    picture: picture && new Uint8Array(picture.content),
  };
}

const { tokenId: _, accountId: __, ...usesShown } = getTableColumns(tokenUses);

export type Gathered = Omit<Awaited<ReturnType<typeof gather>>, "picture">;

/** The rows of a table that are a person's, newest first where they have a beginning, without what is secret. */
const mine = async <T extends PgTable & { userId: PgColumn }>(tx: Db, table: T, userId: string, hidden: string[]) =>
  (await rowsOf(tx, table, userId)).map((row) => shown(row, hidden));

/** The same as they are kept. */
async function rowsOf<T extends PgTable & { userId: PgColumn }>(tx: Db, table: T, userId: string) {
  const { createdAt } = getTableColumns(table);
  const rows = await tx
    .select()
    .from(table as PgTable)
    .where(eq(table.userId, userId))
    .orderBy(...(createdAt ? [desc(createdAt)] : []));
  return rows as InferSelectModel<T>[];
}

const shown = (row: object, hidden: string[] = []) => without(row, ["userId", "accountId", "secretHash", ...hidden]);

const without = (row: object | undefined, hidden: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row ?? {}).filter(([name]) => !hidden.includes(name)));
