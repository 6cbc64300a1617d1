import { z } from "zod";
import { accountId, line } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { version } from "#lib/core/version.ts";
import { changeUser } from "./change.ts";
import { profileFields, userId } from "./fields.ts";
import { readUser } from "./lock-rows.ts";
import { wireUser } from "./wire.ts";

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
