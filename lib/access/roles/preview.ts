import { inArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import type { PermissionMap } from "#db/schema/columns.ts";
import { apiUsers } from "#db/schema/machines.ts";
import { directory } from "#db/schema/users.ts";
import { badField } from "#lib/core/errors.ts";
import { accountId, uuid } from "#lib/core/fields.ts";
import { type Budget, spend } from "#lib/core/limits.ts";
import { mayIn } from "#lib/core/may-in.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { countEach, countEffects, type Differences, effectsOf, maxPreview, namedBy } from "./effects.ts";
import { permissionMap, readRole } from "./list.ts";

/** Each looks at much, and what one account asks keeps all others waiting: so many are its in these seconds. */
export const previews: Budget = { name: "role_previews", points: 10, seconds: 10 };
/** One person's share, spent first: one alone does not use up what their account has. */
export const ownPreviews: Budget = { name: "role_previews_person", points: 5, seconds: 10 };

const permissions = z
  .array(z.string())
  .meta({ description: `Permissions, in full: the first ${maxPreview.listed} of them` });

const preview = z.object({
  holders: z.int().meta({ description: "How many people and API users hold the role" }),
  more: z.boolean().meta({ description: "There are more holders than were looked at" }),
  affected: z.int().meta({ description: "How many of them would gain or lose something" }),
  changes: z.array(
    z.object({
      permission: z.string().meta({ example: "admin:own:create:user" }),
      gain: z.int().meta({ description: "How many would gain it" }),
      lose: z.int().meta({ description: "How many would lose it" }),
    }),
  ),
  people: z
    .array(
      z.object({ id: z.uuid(), username: z.string(), fullName: z.string(), gains: permissions, loses: permissions }),
    )
    .meta({ description: "The first 20 of those affected, API users after people; none for who may not list them" }),
});

/** What a change would do. */
export type Preview = z.output<typeof preview>;

/**
 * Says who would gain and lose what if a role said something else, or were deleted: from all the roles that each of its
 * holders has. Beyond {@link maxPreview} it speaks of those of its holders who could be looked at, those whose roles
 * most others have as well before others. Refuses `too_many_requests` where one person, or the account, asks again and
 * again.
 */
export const previewRole = defineOperation({
  name: "roles.preview",
  summary: "Ask who would gain and lose what by a change of a role, or by its end",
  route: "GET /roles/{roleId}/preview",
  allow: "get:role",
  input: z.strictObject({
    accountId,
    roleId: uuid().meta({ description: "The role's id" }),
    permissions: z
      .string()
      .max(16_000)
      .optional()
      .meta({ description: "The permission map it would have, as JSON; left out when it is to be deleted" }),
  }),
  output: preview,

  async run(context, { roleId, permissions }) {
    const { actor, tenant, tx } = context;
    const { role } = await readRole(context, roleId);
    const after = permissions === undefined ? {} : readMap(permissions);
    await spend(ownPreviews, actor.id);
    await spend(previews, tenant.accountId);
    const changes = await effectsOf(tx, tenant, { roleId, before: role.permissions, after });
    const may = (needed: string) => mayIn(actor, tenant, needed);
    const named = namedBy(changes);
    return {
      ...countEffects(changes),
      changes: countEach(changes),
      people: [
        ...(may("list:user") ? await name(named, (ids) => peopleAmong(tx, ids)) : []),
        ...(may("list:api_user") ? await name(named, (ids) => programsAmong(tx, ids)) : []),
      ],
    };
  },
});

function readMap(text: string): PermissionMap {
  const read = permissionMap.safeParse(parsed(text));
  if (read.success) return read.data;
  const odd = read.error.issues.find(({ code }) => code === "invalid_key");
  throw badField(
    "permissions",
    odd?.code ?? "invalid_permissions",
    odd?.message ?? "This is no permission map, as JSON.",
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Named = { id: string; username: string; fullName: string };

async function name(first: Map<string, Differences>, among: (ids: string[]) => Promise<Named[]>) {
  if (!first.size) return [];
  return (await among([...first.keys()])).map((one) => ({
    ...one,
    ...(first.get(one.id) ?? { gains: [], loses: [] }),
  }));
}

function peopleAmong(tx: Db, ids: string[]): Promise<Named[]> {
  const { id, username, fullName, nameKey } = directory;
  return tx.select({ id, username, fullName }).from(directory).where(inArray(id, ids)).orderBy(nameKey, id);
}

function programsAmong(tx: Db, ids: string[]): Promise<Named[]> {
  const { id, login, name, surname } = apiUsers;
  const fullName = sql<string>`${name} || ' ' || ${surname}`;
  return tx.select({ id, username: login, fullName }).from(apiUsers).where(inArray(id, ids)).orderBy(login);
}
