import { randomUUID } from "node:crypto";
import type { Measure } from "#lib/access/over/rights-over.ts";
import { deleteRole } from "#lib/access/roles/delete.ts";
import { grantRole } from "#lib/access/roles/grant.ts";
import { revokeRole } from "#lib/access/roles/revoke.ts";
import { updateRole } from "#lib/access/roles/update.ts";
import { updateUserWithPassword } from "#lib/compat/aims/update-user.ts";
import { changeWholeUser } from "#lib/compat/mendix/change.ts";
import type { Caller } from "#lib/core/actor.ts";
import { permissionNamed } from "#lib/core/catalogue.ts";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { createAccessKey } from "#lib/machines/access-keys/create.ts";
import { deleteAccessKey } from "#lib/machines/access-keys/delete.ts";
import { updateAccessKey } from "#lib/machines/access-keys/update.ts";
import { deleteApiUser } from "#lib/machines/api-users/delete.ts";
import { addApiUserSecret, dropApiUserSecret } from "#lib/machines/api-users/secrets.ts";
import { updateApiUser } from "#lib/machines/api-users/update.ts";
import { changeMembers } from "#lib/people/groups/change-members.ts";
import { deleteGroup } from "#lib/people/groups/delete.ts";
import { updateGroup } from "#lib/people/groups/update.ts";
import { beginImpersonation } from "#lib/people/impersonation.ts";
import { changeManyUsers } from "#lib/people/users/bulk.ts";
import { deleteUser } from "#lib/people/users/delete.ts";
import { forceReset } from "#lib/people/users/force-reset.ts";
import { inviteAgain } from "#lib/people/users/invite-again.ts";
import { lockUser, unlockUser } from "#lib/people/users/lock.ts";
import { giveOneTimePassword } from "#lib/people/users/one-time-password.ts";
import { removeFactorsOf } from "#lib/people/users/remove-factors.ts";
import { revokeTokenOf } from "#lib/people/users/tokens.ts";
import { updateUser } from "#lib/people/users/update.ts";
import { endSessionOf, endSessionsOfUser } from "#lib/sign-in/sessions/of-user.ts";
import { type Person, person, sql, tokenRow } from "./cast.ts";
import { sessionOf } from "./credentials.ts";
import { authenticatorOf } from "./factors.ts";
import { allow, deny, give, groupRow, roleRow } from "./rights.ts";
import { accessKeyOf } from "./samples/access-keys.ts";
import { apiUserRow, secretRow } from "./samples/api-users.ts";

/** Something that is done to another user, or to a program, who holds these rights. */
export type Deed = {
  what: string;
  operation: Operation;
  measure: Measure;
  /** What is sent, once everything that it needs of them is there. */
  input(target: Target): Promise<object>;
};

/**
 * Who it is done to: a person, or an API user in whose place one stands, with the role that gives them what they hold.
 */
export type Target = Person & { roleId: string };

const given = allow("admin:own:list:role");
const of = ({ id }: Target) => ({ userId: id });
const change = (id: string, what: string) => sql(`update users set ${what} where id = $1`, id);

const deed =
  (measure: Measure) =>
  (what: string, operation: Operation, input: Deed["input"]): Deed => ({ what, operation, measure, input });
const stop = deed("administrative");
const open = deed("everything");

/** A deed for which the person has to be in this state. */
const once = (state: string, more: object) => async (target: Target) => {
  await change(target.id, state);
  return { ...of(target), ...more };
};

/** What is done to one person by itself. */
const onUsers: Deed[] = [
  ...[updateUser, updateUserWithPassword, changeWholeUser].flatMap((operation) => [
    stop("rename", operation, async (who) => ({ ...of(who), fullName: "Somebody Else" })),
    stop("deactivate", operation, async (who) => ({ ...of(who), active: false })),
    open("move", operation, async (who) => ({ ...of(who), email: `${randomUUID()}@example.org` })),
    open("activate", operation, once("active = false", { active: true })),
  ]),
  ...[updateUser, updateUserWithPassword].flatMap((operation) => [
    stop("make somebody for notifications only", operation, async (who) => ({ ...of(who), notificationsOnly: true })),
    open("give a webhook", operation, async (who) => ({ ...of(who), webhookUrl: "https://hooks.example.org/" })),
    open("let sign in", operation, once("notifications_only = true", { notificationsOnly: false })),
  ]),
  open("set a password", updateUserWithPassword, async (who) => ({ ...of(who), password: "Copper-Lantern-83" })),
  stop("delete", deleteUser, async (who) => of(who)),
  stop("lock", lockUser, async (who) => ({ ...of(who), reason: "Lost phone" })),
  open(
    "shorten a lock",
    lockUser,
    once("locked_until = 'infinity'", { reason: "Found", until: "2999-01-01T00:00:00Z" }),
  ),
  open("unlock", unlockUser, once("locked_until = 'infinity'", {})),
  stop("invite again", inviteAgain, once("password_hash = null, invited_at = now()", {})),
  open("give a one-time password", giveOneTimePassword, async (who) => of(who)),
  open("force a reset", forceReset, async (who) => of(who)),
  open("act as them", beginImpersonation, async (who) => ({ ...of(who), reason: "Ticket 4711: no apps" })),
  stop("revoke a token", revokeTokenOf, async (who) => ({ ...of(who), id: await tokenRow(who) })),
  stop("end a session", endSessionOf, async (who) => ({ ...of(who), id: await sessionIdOf(who) })),
  stop("end all sessions", endSessionsOfUser, async (who) => {
    await sessionOf(who);
    return of(who);
  }),
  open("remove factors", removeFactorsOf, async (who) => {
    await authenticatorOf(who);
    return { id: who.id };
  }),
  open("make an access key", createAccessKey, async (who) => of(who)),
  stop("label an access key", updateAccessKey, async (who) => ({ ...(await keyOf(who)), label: "nightly" })),
  stop("delete an access key", deleteAccessKey, keyOf),
];

async function sessionIdOf(who: Target) {
  await sessionOf(who);
  const [session] = await sql<{ id: string }>("select id from sessions where user_id = $1", who.id);
  return session?.id;
}

async function keyOf(who: Target) {
  return { accessKeyId: (await accessKeyOf(who)).id };
}

const groupOf = (who: Target, roleIds: string[] = []) => groupRow(who.accountId, [who.id], roleIds);
const emptyGroup = (who: Target, roleIds: string[] = []) => groupRow(who.accountId, [], roleIds);
const denying = (who: Target) => roleRow(who.accountId, deny("admin:own:list:role"));
const giving = (who: Target) => roleRow(who.accountId, given);

async function holding(who: Target, roleId: string): Promise<string> {
  await give(who.id, roleId);
  return roleId;
}

/** What is done to the memberships of people: one by one, or of all of them together. */
const onMemberships: Deed[] = [
  open("grant a role", grantRole, async (who) => ({ ...of(who), roleId: await giving(who) })),
  stop("revoke a role", revokeRole, async (who) => ({ ...of(who), roleId: await holding(who, await giving(who)) })),
  open("revoke a role that denies", revokeRole, async (who) => ({
    ...of(who),
    roleId: await holding(who, await denying(who)),
  })),
  stop("take into a group without roles", changeMembers, async (who) => ({
    groupId: await emptyGroup(who),
    add: [who.id],
  })),
  open("take into a group with roles", changeMembers, async (who) => ({
    groupId: await emptyGroup(who, [await giving(who)]),
    add: [who.id],
  })),
  stop("take out of a group", changeMembers, async (who) => ({
    groupId: await groupOf(who, [await giving(who)]),
    remove: [who.id],
  })),
  stop("take a role from their group", updateGroup, async (who) => ({
    groupId: await groupOf(who, [await giving(who)]),
    roleIds: [],
  })),
  open("give their group a role", updateGroup, async (who) => ({
    groupId: await groupOf(who),
    roleIds: [await giving(who)],
  })),
  stop("delete their group", deleteGroup, async (who) => ({ groupId: await groupOf(who, [await giving(who)]) })),
  stop("narrow their role", updateRole, async (who) => ({
    roleId: await holding(who, await giving(who)),
    permissions: {},
  })),
  open("widen their role", updateRole, async (who) => ({
    roleId: await holding(who, await roleRow(who.accountId, {})),
    permissions: given,
  })),
  stop("delete their role", deleteRole, async (who) => ({ roleId: await holding(who, await giving(who)) })),
];

const many = (action: string, more: (who: Target) => Promise<object> = async () => ({})) => {
  const input = async (who: Target) => ({ action, userIds: [who.id], ...(await more(who)) });
  return { operation: changeManyUsers, input };
};

const activated = many("activate", async (who) => {
  await change(who.id, "active = false");
  return {};
});
const joining = many("add_to_group", async (who) => ({ groupId: await emptyGroup(who, [await giving(who)]) }));
const leaving = many("remove_from_group", async (who) => ({ groupId: await groupOf(who, [await giving(who)]) }));

/** What is done to many at once. */
const onMany: Deed[] = [
  { what: "deactivate many", measure: "administrative", ...many("deactivate") },
  { what: "activate many", measure: "everything", ...activated },
  { what: "take many into a group", measure: "everything", ...joining },
  { what: "take many out of a group", measure: "administrative", ...leaving },
];

/** A program that holds what the person does. */
async function program(who: Target) {
  const user = await apiUserRow(who.accountId, { roleIds: [who.roleId] });
  return { apiUserId: user.id, user };
}

const onProgram =
  (more: (user: Awaited<ReturnType<typeof apiUserRow>>, who: Target) => Promise<object>) => async (who: Target) => {
    const { apiUserId, user } = await program(who);
    return { apiUserId, ...(await more(user, who)) };
  };

/** What is done to programs. */
const onPrograms: Deed[] = [
  stop(
    "rename a program",
    updateApiUser,
    onProgram(async () => ({ name: "Renamed" })),
  ),
  stop(
    "deactivate a program",
    updateApiUser,
    onProgram(async () => ({ active: false })),
  ),
  open(
    "activate a program",
    updateApiUser,
    onProgram(async ({ id }) => {
      await sql("update api_users set active = false where id = $1", id);
      return { active: true };
    }),
  ),
  open(
    "let a program come from elsewhere",
    updateApiUser,
    onProgram(async () => ({ allowedAddresses: ["192.0.2.7"] })),
  ),
  open(
    "put a program into a group",
    updateApiUser,
    onProgram(async ({ groupId }, who) => ({ groupIds: [groupId, await emptyGroup(who, [await giving(who)])] })),
  ),
  stop(
    "delete a program",
    deleteApiUser,
    onProgram(async () => ({})),
  ),
  open(
    "give a program a secret",
    addApiUserSecret,
    onProgram(async () => ({})),
  ),
  stop(
    "drop a secret of a program",
    dropApiUserSecret,
    onProgram(async (user) => ({ secretId: await secretRow(user) })),
  ),
];

/** Everything that can be done to somebody else, in each of the ways that differ in what they ask for. */
export const deeds: Deed[] = [...onUsers, ...onMemberships, ...onMany, ...onPrograms];

/** Somebody of an account who holds this by a role of it. */
export async function targetHolding(accountId: string, permissions: Record<string, string>): Promise<Target> {
  const [who, roleId] = [await person(accountId, []), await roleRow(accountId, permissions)];
  await give(who.id, roleId);
  return { ...who, roleId };
}

/** What a deed asks for, with the roles that some of them hand out. */
export const neededFor = ({ operation: { allow } }: Deed): string[] =>
  [allow, "grant:role", "revoke:role", "list:role", "update:group"].map((one) => permissionNamed(one, "own"));

/** What came of it: `ok`, or the code with which it, or that one of many, was refused. */
export async function attempt({ operation }: Deed, caller: Caller, input: object): Promise<string> {
  try {
    const { output } = await execute(operation, caller, input);
    const { results } = output as { results?: { code: string | null }[] };
    return results?.[0]?.code ?? "ok";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
