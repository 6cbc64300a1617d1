import { isDeepStrictEqual } from "node:util";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { apiUsers } from "#db/schema/machines.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { notifySecret, tellOthers } from "#lib/access/issued/notices.ts";
import {
  type EndSecretsOf,
  noneOutgrown,
  orTry,
  outgrownDetails,
  outgrownFields,
  wireOutgrown,
} from "#lib/access/issued/outgrown.ts";
import { oneUser, requireRightsOver, requireRightsOverUser } from "#lib/access/over/over.ts";
import type { Caller } from "#lib/core/actor.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { apiUserFields, apiUserId, givenSecret, loginOrEmailTaken } from "./fields.ts";
import { type ApiUser, isApiUserHere, readApiUser, wireApiUser } from "./list.ts";
import { setGroups, shareRights } from "./membership.ts";
import { createdSecret, giveSecret, readySecret, rejectIfSelf } from "./secrets.ts";

/** One API user, with its groups and what is to be known of its secrets. */
export const getApiUser = defineOperation({
  name: "api_users.get",
  summary: "Read an API user",
  route: "GET /api-users/{apiUserId}",
  allow: "get:api_user",
  input: z.strictObject({ apiUserId, accountId }),
  output: wireApiUser,

  run: (context, { apiUserId }) => readApiUser(context, apiUserId),
});

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
  audit: ({ output }) => ({ target: output.id, details: { after: toAuditDetails(output) } }),

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

const before = z
  .object({
    login: z.string(),
    name: z.string(),
    surname: z.string(),
    email: z.string(),
    active: z.boolean(),
    groups: z.array(z.string()),
    allowedAddresses: z.array(z.string()),
  })
  .meta({ description: "What it was until now" });

const { login, name, surname, email, groupIds, allowedAddresses } = apiUserFields;

/**
 * Changes an API user; what is left out stays. Groups and addresses are replaced as a whole, and hold from its next
 * request on. Refuses `version_conflict`, a `login` or `email` that is taken, and an API user that would change itself.
 */
export const updateApiUser = defineOperation({
  name: "api_users.update",
  summary: "Change an API user: its names, groups, addresses, or whether it is active",
  route: "PATCH /api-users/{apiUserId}",
  allow: "update:api_user",
  stepUp: "always",
  input: z
    .strictObject({
      apiUserId,
      accountId,
      login: login.optional(),
      name: name.optional(),
      surname: surname.optional(),
      email: email.optional(),
      groupIds: groupIds.optional(),
      allowedAddresses: allowedAddresses.optional(),
      active: z
        .boolean()
        .optional()
        .meta({ description: "Without it, neither its secrets nor its tokens open anything" }),
      version,
      ...outgrownFields,
    })
    .meta({ examples: [{ active: false }] }),
  output: wireApiUser.extend({ before, outgrown: wireOutgrown }),
  audit: ({ output }) => ({
    target: output.id,
    details: { before: output.before, after: toAuditDetails(output), ...outgrownDetails(output.outgrown) },
  }),

  run: (context, { dryRun, apiUserId, accountId: _, ...wanted }) =>
    orTry(context.tx, dryRun, async () => {
      rejectIfSelf(context.actor, apiUserId);
      await shareRights(context);
      await hold(context, apiUserId);
      return change(context, apiUserId, wanted);
    }),
});

type ApiUserUpdate = ApiUserChanges & { groupIds?: string[]; version?: number; endSecretsOf: EndSecretsOf };

async function change(by: Grantor & { caller: Caller }, apiUserId: string, wanted: ApiUserUpdate) {
  const { version, groupIds, endSecretsOf, ...changes } = wanted;
  const user = await readApiUser(by, apiUserId);
  assertVersion(version, user.version, "This API user");
  await requireRightsOver(by, oneUser(apiUserId), opens(user, changes) ? "everything" : "administrative");
  await write(by, apiUserId, changes);
  const outgrown = groupIds ? await setGroups(by, apiUserId, groupIds, endSecretsOf) : noneOutgrown;
  const changed = await readApiUser(by, apiUserId);
  const what = changedInWords(toAuditDetails(user), toAuditDetails(changed));
  if (what) await tellOthers(by, user, what);
  return { ...changed, before: toAuditDetails(user), outgrown };
}

/** Could whoever knew its secret sign in with it afterwards, and could not before? */
const opens = (before: ApiUser, { active, allowedAddresses }: Pick<ApiUserChanges, "active" | "allowedAddresses">) =>
  (active === true && !before.active) ||
  (allowedAddresses !== undefined && !isDeepStrictEqual(allowedAddresses, before.allowedAddresses));

type ApiUserChanges = Partial<typeof apiUsers.$inferInsert>;

type AuditLabels = ReturnType<typeof toAuditDetails>;

/** What of it is another now, as it goes on after its login; empty when nothing is. */
function changedInWords(before: AuditLabels, after: AuditLabels): string {
  const differs = (field: keyof AuditLabels) => String(before[field]) !== String(after[field]);
  const fields = Object.entries(fieldWords).filter(([field]) => differs(field as keyof AuditLabels));
  const state = differs("active") ? [after.active ? "was activated" : "was deactivated"] : [];
  const changed = fields.length ? [`was changed: ${fields.map(([, words]) => words).join(", ")}`] : [];
  return [...state, ...changed].join("; it ");
}

const fieldWords: Partial<Record<keyof AuditLabels, string>> = {
  login: "login",
  name: "name",
  surname: "surname",
  email: "e-mail address",
  groups: "groups",
  allowedAddresses: "allowed addresses",
};

/** Deletes an API user for good, with its secrets and tokens: at its next request it is nobody. */
export const deleteApiUser = defineOperation({
  name: "api_users.delete",
  summary: "Delete an API user, with its secrets and tokens",
  route: "DELETE /api-users/{apiUserId}",
  allow: "delete:api_user",
  stepUp: "always",
  input: z.strictObject({ apiUserId, accountId }),
  output: z.object({ before }),
  audit: ({ input, output }) => ({ target: input.apiUserId, details: { before: output.before } }),

  async run(context, { apiUserId }) {
    rejectIfSelf(context.actor, apiUserId);
    await requireRightsOverUser(context, apiUserId, "administrative");
    const user = await readApiUser(context, apiUserId);
    await tellOthers(context, user, "was deleted");
    const [gone] = await context.tx
      .delete(apiUsers)
      .where(isApiUserHere(context.tenant, apiUserId))
      .returning({ id: apiUsers.id });
    if (!gone) throw notFound("API user");
    return { before: toAuditDetails(user) };
  },
});

const toAuditDetails = ({ login, name, surname, email, active, groups, allowedAddresses }: ApiUser) => ({
  login,
  name,
  surname,
  email,
  active,
  groups: groups.map((group) => group.name),
  allowedAddresses,
});

/** Held while it changes: of two changes at once, the second sees the version of the first. */
const hold = ({ tx, tenant }: Grantor, id: string) =>
  tx.select({ id: apiUsers.id }).from(apiUsers).where(isApiUserHere(tenant, id)).for("no key update");

async function write(by: Grantor, id: string, changes: ApiUserChanges) {
  const grown = { version: sql`${apiUsers.version} + 1`, modifiedAt: sql`now()`, modifiedBy: by.actor.id };
  await by.tx
    .update(apiUsers)
    .set({ ...changes, ...grown })
    .where(isApiUserHere(by.tenant, id))
    .catch(loginOrEmailTaken);
}
