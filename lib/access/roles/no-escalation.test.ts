import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Actor } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { decide, type Grant } from "#lib/core/permissions.ts";
import { changeMembers } from "#lib/people/groups/change-members.ts";
import { createGroup } from "#lib/people/groups/create.ts";
import { deleteGroup } from "#lib/people/groups/delete.ts";
import { updateGroup } from "#lib/people/groups/update.ts";
import { account, openPortal, type Person, person, sql } from "#tests/cast.ts";
import { bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { allow, deny, give, groupRow, roleRow } from "#tests/rights.ts";
import { createRole } from "./create.ts";
import { deleteRole } from "./delete.ts";
import { grantRole } from "./grant.ts";
import { revokeRole } from "./revoke.ts";
import { updateRole } from "./update.ts";

beforeAll(async () => {
  await openPortal({ RATE_LIMIT_FACTOR: "100000" });
});

/** Whatever stands in a role is put together from these, so that it often meets what others hold. */
const services = ["admin", "pro", "*"];
const scopes = ["own", "managed", "*"];
const actions = ["grant", "create", "*"];
const resources = ["role", "app", "*"];

const pattern = fc
  .tuple(...[services, scopes, actions, resources].map((words) => fc.constantFrom(...words)))
  .map((parts) => parts.join(":"));
const permissions = fc
  .array(fc.tuple(pattern, fc.constantFrom("allowed", "allowed", "denied")), { minLength: 1, maxLength: 3 })
  .map((entries) => Object.fromEntries(entries));

/** Everything that can be held, one by one. */
const everything = ["admin", "pro", "xyz"].flatMap((service) =>
  ["own", "managed"].flatMap((scope) =>
    ["grant", "create", "list"].flatMap((action) =>
      ["role", "app", "user"].map((resource) => `${service}:${scope}:${action}:${resource}`),
    ),
  ),
);

const which = fc.nat({ max: 3 });
const step = fc.record({
  who: which,
  by: fc.constantFrom<"session" | "token">("session", "session", "token"),
  act: fc.oneof(
    fc.record({ kind: fc.constant("createRole"), permissions }),
    fc.record({ kind: fc.constant("updateRole"), role: which, permissions }),
    fc.record({ kind: fc.constant("deleteRole"), role: which }),
    fc.record({ kind: fc.constant("grant"), to: which, role: which }),
    fc.record({ kind: fc.constant("revoke"), to: which, role: which }),
    fc.record({ kind: fc.constant("createGroup"), role: which }),
    fc.record({ kind: fc.constant("groupRoles"), group: which, roles: fc.array(which, { maxLength: 2 }) }),
    fc.record({ kind: fc.constant("join"), group: which, to: which }),
    fc.record({ kind: fc.constant("leave"), group: which, to: which }),
    fc.record({ kind: fc.constant("deleteGroup"), group: which }),
  ),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What everybody needs to do anything at all here, and the token scopes with which they do it. */
const duties = allow("admin:own:*:role", "admin:own:*:group", "portal:own:*:token");

async function stage(held: Record<string, string>[]) {
  const accountId = await account("Intrigue");
  const people: Person[] = [];
  for (const permissions of held) {
    const one = await person(accountId, []);
    await give(one.id, await roleRow(accountId, { ...duties, ...permissions }));
    people.push(one);
  }
  const denying = await roleRow(accountId, deny("*:own:create:*"));
  await groupRow(accountId, [String(people[3]?.id)], [denying]);
  return { accountId, people };
}

type Stage = Awaited<ReturnType<typeof stage>>;

const idsOf = async (table: "roles" | "groups", accountId: string) =>
  (await sql<{ id: string }>(`select id from ${table} where account_id = $1 order by created_at, id`, accountId)).map(
    ({ id }) => id,
  );

/** What each of them may, one by one. */
async function rightsOf({ people }: Stage): Promise<Set<string>[]> {
  const all: Set<string>[] = [];
  for (const { id } of people) {
    const rows = await sql<Grant>(
      `select name as role, permissions from roles where id in (select role_id from user_roles where user_id = $1
         union select g.role_id from group_members m join group_roles g on g.group_id = m.group_id where m.user_id = $1)`,
      id,
    );
    all.push(new Set(everything.filter((needed) => decide(rows, null, needed).allowed)));
  }
  return all;
}

async function inputOf({ accountId, people }: Stage, { act }: Step): Promise<[Operation, object]> {
  const at = <T>(list: T[], n: number) => list[n % list.length];
  const role = async (n: number) => at(await idsOf("roles", accountId), n);
  const group = async (n: number) => at(await idsOf("groups", accountId), n) ?? crypto.randomUUID();
  const userId = (n: number) => people[n]?.id;
  const name = crypto.randomUUID();
  switch (act.kind) {
    case "createRole":
      return [createRole, { name, permissions: act.permissions }];
    case "updateRole":
      return [updateRole, { roleId: await role(act.role), permissions: act.permissions }];
    case "deleteRole":
      return [deleteRole, { roleId: await role(act.role) }];
    case "grant":
      return [grantRole, { userId: userId(act.to), roleId: await role(act.role) }];
    case "revoke":
      return [revokeRole, { userId: userId(act.to), roleId: await role(act.role) }];
    case "createGroup":
      return [createGroup, { name, roleIds: [await role(act.role)] }];
    case "groupRoles":
      return [updateGroup, { groupId: await group(act.group), roleIds: await Promise.all(act.roles.map(role)) }];
    case "join":
      return [changeMembers, { groupId: await group(act.group), add: [userId(act.to)] }];
    case "leave":
      return [changeMembers, { groupId: await group(act.group), remove: [userId(act.to)] }];
    default:
      return [deleteGroup, { groupId: await group(act.group) }];
  }
}

/** Signed in once, with a token in hand where they may have one; what they may is read anew at each call. */
async function secretsOf(who: Person) {
  const session = await sessionOf(who);
  const made = await tokenOf(who, ["roles", "groups"]).catch(() => null);
  return { session, token: made?.secret ?? session };
}

/** What the actor may with the very credential of the call. */
const mayGive = (actor: Actor) => (needed: string) => decide(actor.grants, actor.limits, needed).allowed;

let done = 0;

test("no call gives anybody a right that its caller does not hold, and none changes the caller's own", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(permissions, permissions, permissions, permissions),
      fc.array(step, { minLength: 8, maxLength: 20 }),
      async (held, steps) => {
        const here = await stage(held);
        const secrets = await Promise.all(here.people.map(secretsOf));
        let before = await rightsOf(here);
        for (const step of steps) {
          const caller = callerWith(bearer(secrets[step.who]?.[step.by] ?? ""));
          const actor = await caller.who();
          const [operation, input] = await inputOf(here, step);
          const refusal = await execute(operation, caller, input).catch((error: unknown) => error);
          if (refusal instanceof Refusal && refusal.status >= 500) throw refusal;
          const after = await rightsOf(here);
          const addedPermissions = after.flatMap((rights, n) => [...rights].filter((right) => !before[n]?.has(right)));
          if (refusal instanceof Refusal) expect(addedPermissions).toEqual([]);
          else done++;
          if (actor) expect(addedPermissions.filter((right) => !mayGive(actor)(right))).toEqual([]);
          expect(after[step.who]).toEqual(before[step.who]);
          before = after;
        }
      },
    ),
    { numRuns: 45, endOnFailure: true },
  );
  // Most calls meet somebody who holds more.
  expect(done).toBeGreaterThan(25);
}, 300_000);
