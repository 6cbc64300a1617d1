import { z } from "zod";
import { apiUsers } from "#db/schema/machines.ts";
import { notifySecret, tellOthers } from "#lib/access/issued/notices.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { toApiUserDetails } from "./audit-details.ts";
import { apiUserFields, givenSecret, loginOrEmailTaken } from "./fields.ts";
import { readApiUser, wireApiUser } from "./list.ts";
import { setGroups, shareRights } from "./membership.ts";
import { createdSecret, giveSecret, readySecret } from "./secrets.ts";

/**
 * Makes an API user: a program with a login and a secret, which holds the roles of its groups. Nobody puts it into a
 * group of more than they hold; and no token makes one, whose secret would outlive it. Refuses a `login` or `email`
 * that is taken.
 */
export const createApiUser = defineOperation({
  name: "api_users.create",
  summary: "Make an API user; its secret is shown this once",
  route: "POST /api-users",
  allow: "create:api_user",
  stepUp: "always",
  idempotencyKey: true,
  by: "session",
  input: z
    .strictObject({
      accountId,
      ...apiUserFields,
      allowedAddresses: apiUserFields.allowedAddresses.default([]),
      secret: givenSecret,
    })
    .meta({
      examples: [
        {
          login: "warehouse-sync",
          name: "Warehouse",
          surname: "Sync",
          email: "warehouse@example.org",
          groupIds: ["0190a6f0-0000-7000-8000-000000000001"],
        },
      ],
    }),
  output: wireApiUser.extend({ secret: createdSecret }),
  audit: ({ output }) => ({ target: output.id, details: { after: toApiUserDetails(output) } }),

  async run(context, { accountId: _, groupIds, secret: given, ...user }) {
    const { actor, tenant, tx } = context;
    const ready = await readySecret(context, user, given);
    await shareRights(context);
    const [made] = await tx
      .insert(apiUsers)
      .values({ ...user, accountId: tenant.accountId, createdBy: actor.id, modifiedBy: actor.id })
      .returning({ id: apiUsers.id })
      .catch(loginOrEmailTaken);
    const id = String(made?.id);
    await setGroups(context, id, groupIds, "none");
    await giveSecret(context, id, ready);
    await notifySecret(context, { id, ...user });
    await tellOthers(context, { id, ...user }, "was made");
    return { ...(await readApiUser(context, id)), secret: ready.secret };
  },
});
