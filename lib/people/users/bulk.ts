import { z } from "zod";
import type { Db } from "#db/client.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import {
  type EndSecretsOf,
  noneOutgrown,
  type Outgrown,
  orTry,
  outgrownDetails,
  outgrownFields,
  together,
  wireOutgrown,
} from "#lib/access/issued/outgrown.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { authorize } from "#lib/core/authorize.ts";
import { badField, Refusal } from "#lib/core/errors.ts";
import { accountId, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { onItsOwn, record } from "#lib/core/rows.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { changeMembers } from "../groups/change-members.ts";
import { movedDetails, moveMembers, tellMoved } from "../groups/members.ts";
import { changeUser } from "./change.ts";
import { updateUser } from "./update.ts";

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
  stepUp: "always",
  idempotencyKey: true,
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
      ...outgrownFields,
    })
    .meta({ examples: [{ action: "deactivate", userIds: ["0190a6f0-0000-7000-8000-000000000001"] }] }),
  output: z.object({ results: z.array(result), outgrown: wireOutgrown }),
  audit: ({ input, output }) => ({
    details: {
      action: input.action,
      done: output.results.filter(({ done }) => done).length,
      of: output.results.length,
      ...outgrownDetails(output.outgrown),
    },
  }),

  async run({ actor, tx, caller, tenant }, { userIds, dryRun, ...wanted }) {
    if (wanted.action.endsWith("_group")) authorize({ allow: "update:group", stepUp: "always" }, actor, tenant);
    return orTry({ tx, actor }, dryRun, () => changeEach({ actor, tx, caller, tenant }, [...new Set(userIds)], wanted));
  },
});

type BulkChange = { action: BulkAction; groupId?: string; endSecretsOf: EndSecretsOf };

async function changeEach(by: RowContext, userIds: string[], wanted: BulkChange) {
  const [results, outgrown]: [z.input<typeof result>[], Outgrown[]] = [[], []];
  // Always in the same order, so that two who do this at once wait for each other and not in a ring.
  for (const userId of userIds.sort()) {
    const outcome = await onItsOwn(by.tx, () => change(by, userId, wanted));
    results.push(resultOf(userId, outcome));
    if (!(outcome instanceof Refusal)) outgrown.push(outcome);
  }
  return { results, outgrown: together(outgrown) };
}

const resultOf = (userId: string, outcome: Outgrown | Refusal) =>
  outcome instanceof Refusal
    ? { userId, done: false, code: outcome.code, message: outcome.message }
    : { userId, done: true, code: null, message: null };

type RowContext = { actor: Actor; tx: Db; caller: Caller; tenant: Tenant };

async function change(
  by: RowContext,
  userId: string,
  { action, groupId, endSecretsOf }: BulkChange,
): Promise<Outgrown> {
  if (action === "activate" || action === "deactivate") return setActive(by, userId, action === "activate");
  if (!groupId) throw badField("groupId", "missing", "Name the group.");
  const [add, remove] = action === "add_to_group" ? [[userId], []] : [[], [userId]];
  return move(by, groupId, { add, remove, endSecretsOf });
}

async function setActive(by: RowContext, userId: string, active: boolean) {
  const touched = await changeUser(by.tx, by, userId, { active });
  if (touched.length) await record(by, updateUser.name, { target: userId, details: { fields: touched, active } });
  return noneOutgrown;
}

async function move(by: RowContext, groupId: string, wanted: Parameters<typeof moveMembers>[2]): Promise<Outgrown> {
  const moved = await keepAdministrator(by.tx, by.tenant.accountId, () => moveMembers(by, groupId, wanted));
  const isMoved = moved.added.length + moved.removed.length > 0;
  if (isMoved) {
    await tellMoved(by, groupId, moved);
    await record(by, changeMembers.name, { target: groupId, details: movedDetails(moved) });
  }
  return moved.outgrown;
}
