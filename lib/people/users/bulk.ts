import { z } from "zod";
import type { Db } from "#db/client.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { authorize } from "#lib/core/authorize.ts";
import { badField, Refusal } from "#lib/core/errors.ts";
import { accountId, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { onItsOwn, record } from "#lib/core/rows.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { changeMembers, moveMembers, tellMoved } from "../groups/members.ts";
import { changeUser } from "./change.ts";
import { updateUser } from "./operations.ts";

const actions = ["activate", "deactivate", "add_to_group", "remove_from_group"] as const;

export type BulkAction = (typeof actions)[number];

const result = z.object({
  userId: z.uuid(),
  done: z.boolean(),
  code: z.string().nullable().meta({ description: "Why it was refused, e.g. `last_administrator`" }),
  message: z.string().nullable(),
});

/**
 * Does the same to many people, each by itself: one that is refused keeps no other from it. Each change is on record as
 * if it had been made alone.
 */
export const changeManyUsers = defineOperation({
  name: "users.change_many",
  summary: "Activate or deactivate many users, or move them into or out of a group",
  route: "POST /users/bulk",
  allow: "update:user",
  fresh: true,
  changes: ({ userIds }) => new Set(userIds).size,
  input: z
    .strictObject({
      action: z.enum(actions).meta({ description: "What is done to each" }),
      userIds: z
        .array(uuid())
        .min(1, "Name at least one.")
        .max(100, "Name at most 100 at a time.")
        .meta({ description: "Ids of the people" }),
      groupId: uuid().optional().meta({ description: "The group, where the action is about one" }),
      accountId,
    })
    .meta({ examples: [{ action: "deactivate", userIds: ["0190a6f0-0000-7000-8000-000000000001"] }] }),
  output: z.object({ results: z.array(result) }),
  audit: ({ input, output }) => ({
    details: {
      action: input.action,
      done: output.results.filter(({ done }) => done).length,
      of: output.results.length,
    },
  }),

  async run({ actor, tx, caller, tenant }, { action, userIds, groupId }) {
    if (action.endsWith("_group")) authorize({ allow: "update:group", fresh: true }, actor, tenant);
    const results: z.input<typeof result>[] = [];
    // Always in the same order, so that two who do this at once wait for each other and not in a ring.
    for (const userId of [...new Set(userIds)].sort()) {
      const outcome = await onItsOwn(tx, () => change({ actor, tx, caller, tenant }, action, userId, groupId));
      results.push(resultOf(userId, outcome));
    }
    return { results };
  },
});

const resultOf = (userId: string, outcome: unknown) =>
  outcome instanceof Refusal
    ? { userId, done: false, code: outcome.code, message: outcome.message }
    : { userId, done: true, code: null, message: null };

type RowContext = { actor: Actor; tx: Db; caller: Caller; tenant: Tenant };

async function change(by: RowContext, action: BulkAction, userId: string, groupId: string | undefined) {
  if (action === "activate" || action === "deactivate") return setActive(by, userId, action === "activate");
  if (!groupId) throw badField("groupId", "missing", "Name the group.");
  return move(by, groupId, userId, action === "add_to_group");
}

async function setActive(by: RowContext, userId: string, active: boolean) {
  const touched = await changeUser(by.tx, by, userId, { active });
  if (touched.length) await record(by, updateUser.name, { target: userId, details: { fields: touched, active } });
}

async function move(by: RowContext, groupId: string, userId: string, isIn: boolean) {
  const [add, remove] = isIn ? [[userId], []] : [[], [userId]];
  const moved = await keepAdministrator(by.tx, by.tenant.accountId, () => moveMembers(by, groupId, add, remove));
  const isMoved = moved.added.length + moved.removed.length > 0;
  if (!isMoved) return;
  await tellMoved(by, groupId, moved);
  await record(by, changeMembers.name, { target: groupId, details: moved });
}
