import { isDeepStrictEqual } from "node:util";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { apiUsers } from "#db/schema/machines.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { tellOthers } from "#lib/access/issued/notices.ts";
import {
  type EndSecretsOf,
  noneOutgrown,
  orTry,
  outgrownDetails,
  outgrownFields,
  wireOutgrown,
} from "#lib/access/issued/outgrown.ts";
import { oneUser, requireRightsOver } from "#lib/access/over/rights-over.ts";
import type { Caller } from "#lib/core/actor.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { apiUserBefore, toApiUserDetails } from "./audit-details.ts";
import { apiUserFields, apiUserId, loginOrEmailTaken } from "./fields.ts";
import { type ApiUser, isApiUserHere, readApiUser, wireApiUser } from "./list.ts";
import { setGroups, shareRights } from "./membership.ts";
import { rejectIfSelf } from "./secrets.ts";

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
  output: wireApiUser.extend({ before: apiUserBefore, outgrown: wireOutgrown }),
  audit: ({ output }) => ({
    target: output.id,
    details: { before: output.before, after: toApiUserDetails(output), ...outgrownDetails(output.outgrown) },
  }),

  run: (context, { dryRun, apiUserId, accountId: _, ...wanted }) =>
    orTry(context, dryRun, async () => {
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
  const what = changedInWords(toApiUserDetails(user), toApiUserDetails(changed));
  if (what) await tellOthers(by, user, what);
  return { ...changed, before: toApiUserDetails(user), outgrown };
}

/** Could whoever knew its secret sign in with it afterwards, and could not before? */
const opens = (before: ApiUser, { active, allowedAddresses }: Pick<ApiUserChanges, "active" | "allowedAddresses">) =>
  (active === true && !before.active) ||
  (allowedAddresses !== undefined && !isDeepStrictEqual(allowedAddresses, before.allowedAddresses));

type ApiUserChanges = Partial<typeof apiUsers.$inferInsert>;

type AuditLabels = ReturnType<typeof toApiUserDetails>;

/** What changed, as a sentence goes on after the login; empty when nothing did. */
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
