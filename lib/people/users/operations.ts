import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { directory, users } from "#db/schema/users.ts";
import { isOnlyAdministrator, keepAdministrator } from "#lib/access/administrators.ts";
import { requireOverUser } from "#lib/access/over/over.ts";
import { accountId, anyAccountId, line, uuid } from "#lib/core/fields.ts";
import { plainName } from "#lib/core/limit-keys.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { version } from "#lib/core/version.ts";
import { overview, readFactors } from "#lib/sign-in/factors/operations.ts";
import { typedName } from "#lib/sign-in/operations.ts";
import { withdrawOfUser } from "#lib/vault/provisioning/queue.ts";
import { changeUser } from "./change.ts";
import { nameOf } from "./create.ts";
import { profileFields, userId } from "./fields.ts";
import { lockOtherUser, readUser } from "./lock-rows.ts";
import { deleted } from "./notices.ts";
import { readUsers, wireUser } from "./wire.ts";

/** Looks a person up by one of their names, in whatever accounts one may act in; nobody is an empty list. */
export const findUsers = defineOperation({
  name: "users.find",
  summary: "Look a user up by username, e-mail address or id",
  route: "GET /users/find",
  allow: "get:user",
  input: z
    .strictObject({
      accountId: anyAccountId,
      username: typedName.optional().meta({ description: "The whole username, whatever its case" }),
      email: typedName.optional().meta({ description: "The whole address, whatever its case" }),
      id: uuid().optional().meta({ description: "The person's id" }),
    })
    .refine(({ username, email, id }) => [username, email, id].filter(Boolean).length === 1, {
      path: ["username"],
      message: "Give one of username, email and id.",
    }),
  output: z.object({ items: z.array(wireUser) }),

  async run({ tx, tenant }, { username, email, id }) {
    if (id) return { items: await readUsers(tx, tenant.visibleAccountIds, eq(users.id, id)) };
    const key = username ? directory.usernameKey : directory.emailKey;
    const named = sql`${key} = lower(${plainName(username ?? email ?? "")})`;
    // Through the view, which lets the index on lower case be used.
    const found = await tx.select({ id: directory.id }).from(directory).where(named);
    const ids = found.map(({ id }) => id);
    return { items: await readUsers(tx, tenant.visibleAccountIds, inArray(users.id, ids)) };
  },
});

/** A person with their roles, groups and second factors. */
export const getUser = defineOperation({
  name: "users.get",
  summary: "Read a user of an account",
  route: "GET /users/{userId}",
  allow: "get:user",
  input: z.strictObject({ userId, accountId }),
  output: wireUser.extend({ factors: overview }),

  async run({ tx, tenant }, { userId }) {
    const user = await readUser(tx, tenant, userId);
    return { ...user, factors: await readFactors(tx, userId) };
  },
});

const lockable = z.enum(["fullName", "email", "phone", "mobilePhone", "timeZone"]);

const changes = {
  ...profileFields,
  fullName: profileFields.fullName.optional(),
  email: profileFields.email.optional(),
  lockedFields: z
    .partialRecord(lockable, line(200))
    .optional()
    .meta({ description: "The fields that administrators keep, each with the reason; replaces those before" }),
};

/**
 * Changes a person; what is left out stays. A new address counts once it is confirmed by the mail sent there; who may
 * no longer sign in loses every session at once. Refuses `own_user`, `last_administrator`, `user_exists`,
 * `version_conflict`; a new address by token; and a new address or webhook for whoever may do more
 * (`privilege_escalation`).
 */
export const updateUser = defineOperation({
  name: "users.update",
  summary: "Change a user: name, addresses, numbers, status",
  route: "PATCH /users/{userId}",
  allow: "update:user",
  stepUp: "always",
  input: z
    .strictObject({ userId, ...changes, version, accountId })
    .meta({ examples: [{ fullName: "Ada Okafor", active: false }] }),
  output: wireUser,
  audit: ({ input }) => ({ target: input.userId, details: noteOf(input) }),

  async run({ actor, tx, tenant }, { userId, version, accountId: _, ...wanted }) {
    await changeUser(tx, { actor, tenant }, userId, wanted, version);
    return readUser(tx, tenant, userId);
  },
});

type Noted = {
  userId: string;
  accountId?: string;
  version?: number;
  email?: string;
  active?: boolean;
  notificationsOnly?: boolean;
};

const noteOf = ({ userId: _, accountId: __, version: ___, ...input }: Noted) => ({
  fields: Object.keys(input),
  email: input.email,
  active: input.active,
  notificationsOnly: input.notificationsOnly,
});

/**
 * Deletes a person at once and for good. Refuses `own_user` and `last_administrator`; and the only administrator of an
 * account, though they never came, to whoever may do less.
 */
export const deleteUser = defineOperation({
  name: "users.delete",
  summary: "Delete a user, at once and for good",
  route: "DELETE /users/{userId}",
  allow: "delete:user",
  stepUp: "always",
  input: z.strictObject({ userId, accountId }),
  output: z.object({ username: z.string(), email: z.string() }),
  audit: ({ input, output }) => ({ target: input.userId, details: output }),

  async run({ actor, tx, tenant }, { userId }) {
    let beyond: unknown;
    const gone = await keepAdministrator(tx, tenant.accountId, async () => {
      const person = await lockOtherUser({ tx, actor, tenant }, userId, "administrative");
      if (await isOnlyAdministrator(tx, person)) beyond = await refusalOver({ tx, actor, tenant }, userId);
      if (person.emailVerifiedAt) await queueMail(tx, deleted(person, await nameOf(tx, tenant.accountId)));
      await withdrawOfUser(tx, userId);
      await tx.delete(users).where(and(eq(users.id, userId), eq(users.accountId, tenant.accountId)));
      return { username: person.username, email: person.email };
    });
    if (beyond) throw beyond;
    return gone;
  },
});

/** Said only where being the last administrator who can sign in is not said first. */
const refusalOver = (by: Parameters<typeof requireOverUser>[0], userId: string): Promise<unknown> =>
  requireOverUser(by, userId).then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
