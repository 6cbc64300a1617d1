import { inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { verdict } from "#lib/core/actor.ts";
import { everyPermission } from "#lib/core/catalogue.ts";
import { badField } from "#lib/core/errors.ts";
import { accountId, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { covers, decide, type Grant, grantsOfPerson } from "#lib/core/permissions.ts";
import type { Place } from "#lib/core/place.ts";
import type { Db } from "#lib/db/index.ts";
import { apiUsers } from "#lib/db/schema/machines.ts";
import { directory, type PermissionMap, roles } from "#lib/db/schema.ts";
import { holdersOf } from "./giving.ts";
import { permissionMap, readRole } from "./list.ts";

/** How many people are looked at, and how many are named. */
const most = 10_000;
const mostNamed = 20;

const permissions = z.array(z.string()).meta({ description: "Permissions, in full" });

const preview = z.object({
  holders: z.int().meta({ description: "How many people and API users hold the role" }),
  more: z.boolean().meta({ description: "There are more holders than were looked at" }),
  affected: z.int().meta({ description: "How many of them would gain or lose something" }),
  changes: z.array(
    z.object({
      permission: z.string().meta({ example: "aims:own:create:user" }),
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
 * holders has. Beyond 10,000 holders it speaks of that many.
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
    const { actor, place, tx } = context;
    const { role } = await readRole(context, roleId);
    const after = permissions === undefined ? {} : readMap(permissions);
    const kinds = await kindsOfHolders(tx, place, roleId);
    const said = await permissionsOf(tx, kinds);
    const needed = [...new Set([...everyPermission(), ...elsewhere(role.permissions), ...elsewhere(after)])];
    const effects = kinds.map((kind) => effectOn(kind, said, { [roleId]: after }, needed, place.accountId));
    const may = (permission: string) => verdict(actor, permission, place.accountId).allowed;
    return {
      ...count(effects),
      changes: needed.map((permission) => countOne(effects, permission)).filter(({ gain, lose }) => gain || lose),
      people: [
        ...(may("list:user") ? await name(effects, (ids) => peopleAmong(tx, ids)) : []),
        ...(may("list:api_user") ? await name(effects, (ids) => programsAmong(tx, ids)) : []),
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

/** People whose roles are the same, so that what changes for one changes for all. */
type Kind = { roles: string[]; count: number; some: string[]; more: boolean };

async function kindsOfHolders(tx: Db, { accountId }: Place, roleId: string): Promise<Kind[]> {
  const { rows } = await tx.execute<Kind>(sql`
    with holders as (select distinct user_id from (${holdersOf(roleId, accountId)}) h limit ${most + 1}),
      held as (select h.user_id, array(select u.role_id::text from user_roles u where u.user_id = h.user_id
        union select g.role_id::text from group_members m join group_roles g on g.group_id = m.group_id
          where m.user_id = h.user_id
        union select g.role_id::text from api_user_groups m join group_roles g on g.group_id = m.group_id
          where m.api_user_id = h.user_id order by 1) as roles from holders h)
    select to_json(roles) as roles, count(*)::int as count, sum(count(*)) over () > ${most} as more,
      to_json((array_agg(user_id order by user_id))[1:${sql.raw(String(mostNamed))}]) as some
    from held group by roles order by count desc`);
  return rows;
}

/** What each of the roles says that stand beside one another. */
async function permissionsOf(tx: Db, kinds: Kind[]): Promise<Record<string, Record<string, string>>> {
  const ids = [...new Set(kinds.flatMap(({ roles }) => roles))];
  if (!ids.length) return {};
  const found = await tx
    .select({ id: roles.id, permissions: roles.permissions })
    .from(roles)
    .where(inArray(roles.id, ids));
  return Object.fromEntries(found.map(({ id, permissions }) => [id, permissions]));
}

/** Entries that speak of nothing an operation here asks for, as those of other services: they stand for themselves. */
const elsewhere = (permissions: PermissionMap) =>
  Object.keys(permissions).filter((pattern) => !everyPermission().some((permission) => covers(pattern, permission)));

type Effect = Kind & { gains: string[]; loses: string[] };

function effectOn(
  kind: Kind,
  said: Record<string, Record<string, string>>,
  change: Record<string, PermissionMap>,
  needed: string[],
  accountId: string,
): Effect {
  const grants = (map: Record<string, Record<string, string>>): Grant[] =>
    grantsOfPerson(kind.roles.map((role) => ({ role, permissions: map[role] ?? {} })));
  const [before, after] = [grants(said), grants({ ...said, ...change })];
  const may = (grants: Grant[], permission: string) =>
    decide(grants, null, permission, permission.includes(":own:") ? accountId : undefined).allowed;
  const changed = needed.filter((permission) => may(before, permission) !== may(after, permission));
  return {
    ...kind,
    gains: changed.filter((permission) => may(after, permission)),
    loses: changed.filter((permission) => may(before, permission)),
  };
}

const isTouched = ({ gains, loses }: Effect) => gains.length + loses.length > 0;
const total = (effects: Effect[]) => effects.reduce((sum, { count }) => sum + count, 0);

const count = (effects: Effect[]) => ({
  holders: Math.min(total(effects), most),
  more: effects.some(({ more }) => more),
  affected: total(effects.filter(isTouched)),
});

const countOne = (effects: Effect[], permission: string) => ({
  permission,
  gain: total(effects.filter(({ gains }) => gains.includes(permission))),
  lose: total(effects.filter(({ loses }) => loses.includes(permission))),
});

type Named = { id: string; username: string; fullName: string };

async function name(effects: Effect[], among: (ids: string[]) => Promise<Named[]>) {
  const touched = effects
    .filter(isTouched)
    .flatMap(({ some, gains, loses }) => some.map((id) => ({ id, gains, loses })));
  const first = new Map(touched.slice(0, mostNamed).map((effect) => [effect.id, effect]));
  if (!first.size) return [];
  return (await among([...first.keys()])).map((one) => ({
    ...one,
    gains: first.get(one.id)?.gains ?? [],
    loses: first.get(one.id)?.loses ?? [],
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
