import { and, eq, inArray, or, sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { accountRelations } from "#db/schema/accounts.ts";
import { apiUserSecrets, apiUsers } from "#db/schema/machines.ts";
import { users } from "#db/schema/users.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { administratorsOf } from "../administrators.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import type { Issued } from "./issued-credentials.ts";

type Whose = { id: string; login: string };

/**
 * Tells the administrators of the account, twenty at most, and whoever made the API user or one of its secrets what
 * somebody else did to it: `what` goes on after its login. Before it is deleted, or nobody knows any more who made it.
 */
export const tellOthers = (by: Grantor, { id, login }: Whose, what: string): Promise<void> =>
  asSystem(by.tx, async (tx) => {
    const told = new Map((await makersOf({ ...by, tx }, id)).map((maker) => [maker.id, maker.accountId]));
    for (const administrator of await administratorsOf(tx, by.tenant.accountId))
      told.set(administrator, by.tenant.accountId);
    told.delete(by.actor.id);
    for (const [userId, accountId] of told)
      await queueNotice(tx, {
        userId,
        event: "api_user_changed",
        subject: `The API user ${login} ${what}`,
        paragraphs: [`${by.actor.username} did this: the API user ${login} ${what}.`],
        button: { words: "Look at the API users", path: pathFor(by, accountId) },
      });
  });

/** Tells whoever was shown a secret, or brought it along: with their session somebody else could have done it. */
export const notifySecret = ({ actor, tenant, tx }: Grantor, { login }: Whose): Promise<void> =>
  queueNotice(tx, {
    userId: actor.id,
    event: "api_user_secret",
    subject: `A secret of the API user ${login} was made`,
    paragraphs: [
      `You gave the API user ${login} a secret. A program that has it signs in and may do what the API user's groups allow.`,
      "If this was not you, drop the secret and secure your account at once.",
    ],
    button: { words: "Look at the API users", path: pathFor({ tenant }, actor.accountId) },
  });

/** Tells whoever made a secret that it ended, and whoever changed the rights by which it did. */
export const notifyEnd = (by: Grantor, { id, login }: Whose, makerId: string | null): Promise<void> =>
  asSystem(by.tx, async (tx) => {
    const { id: actorId, accountId, credential } = by.actor;
    const told = new Map(credential.kind === "api_user" ? [] : [[actorId, accountId]]);
    for (const maker of await makersOf({ ...by, tx }, id))
      if (maker.id === makerId) told.set(maker.id, maker.accountId);
    for (const [userId, accountId] of told)
      await queueNotice(tx, {
        userId,
        event: "api_user_secret",
        subject: `A secret of the API user ${login} ended`,
        paragraphs: [
          `By a change of ${by.actor.username}, the API user ${login} may do more than whoever made one of its secrets. So that nobody gets more by it than they could give, the secret ended, and tokens that were got with it: a program that used it cannot sign in any more.`,
          "If it is still needed, have a new one made by somebody who may do all that the API user may.",
        ],
        button: { words: "Look at the API users", path: pathFor(by, accountId) },
      });
  });

/** Tells whose access key ended, and why: they gained rights, or its maker lost some. */
export const notifyKeyEnd = (tx: Db, { id, name, holderId }: Issued, isGain: boolean): Promise<void> =>
  queueNotice(tx, {
    userId: holderId,
    event: "access_key_deleted",
    subject: "An access key of yours was deleted",
    paragraphs: [
      isGain
        ? `You may do more than before, and more than whoever made the access key ${name || id} for you. So that nobody gets more by it than they were given, the key was deleted: the program that used it cannot sign in any more.`
        : `Whoever made the access key ${name || id} for you may do less than before, and less than you. They may know the key; so that nobody gets more by it than they hold, it was deleted: the program that used it cannot sign in any more.`,
      "If it is still needed, have a new one made by somebody who may do all that you may.",
    ],
    button: { words: "Look at your access keys", path: "/access-keys" },
  });

const pathFor = ({ tenant }: Pick<Grantor, "tenant">, from: string) =>
  tenant.accountId === from ? "/api-users" : `/api-users?account=${tenant.accountId}`;

/** Who made it, or a secret of it, and is of the account still, or of one that manages it. */
function makersOf({ tenant, tx }: Grantor, id: string) {
  const made = tx.select({ id: apiUsers.createdBy }).from(apiUsers).where(eq(apiUsers.id, id));
  const gave = tx.select({ id: apiUserSecrets.createdBy }).from(apiUserSecrets).where(eq(apiUserSecrets.apiUserId, id));
  const { kind, managingId, managedId } = accountRelations;
  const managing = tx
    .select({ id: managingId })
    .from(accountRelations)
    .where(and(eq(kind, "managed"), eq(managedId, tenant.accountId)));
  const isNear = or(eq(users.accountId, tenant.accountId), inArray(users.accountId, managing));
  return tx
    .select({ id: users.id, accountId: users.accountId })
    .from(users)
    .where(and(sql`${users.id} in (${made} union ${gave})`, isNear, users.active));
}
