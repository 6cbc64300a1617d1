import { randomBytes } from "node:crypto";
import { deleteRole } from "#lib/access/roles/delete.ts";
import { grantRole } from "#lib/access/roles/grant.ts";
import { revokeRole } from "#lib/access/roles/revoke.ts";
import { updateRole } from "#lib/access/roles/update.ts";
import { updateApiUser } from "#lib/machines/api-users/update.ts";
import { changeMembers } from "#lib/people/groups/change-members.ts";
import { deleteGroup } from "#lib/people/groups/delete.ts";
import { updateGroup } from "#lib/people/groups/update.ts";
import { changeManyUsers } from "#lib/people/users/bulk.ts";
import { type Cast, type Person, person, sql } from "./cast.ts";
import { allow, by, deny, give, groupRow, holder, roleRow } from "./rights.ts";
import { apiUserRow, secretRow } from "./samples/api-users.ts";

/** The two kinds of secrets that somebody makes with which another signs in. */
export type Kind = "access_key" | "api_user_secret";

/** Somebody, or an API user, and whoever made secrets for them and holds less than `cast.ada`. */
export type Scene = { cast: Cast; kind: Kind; id: string; groupId: string; weak: Person };

/** How a change of rights is asked for. */
export type Option = { endSecretsOf?: "none" | "outgrown"; dryRun?: boolean };

/** Makes a scene: in it both hold nothing yet but what they need. */
export async function openScene(cast: Cast, kind: Kind): Promise<Scene> {
  const weak = await holder(cast.here, allow("admin:own:create:access_key"));
  if (kind === "api_user_secret") {
    const user = await apiUserRow(cast.here);
    await sql("delete from api_user_secrets where api_user_id = $1", user.id);
    return { cast, kind, id: user.id, groupId: user.groupId, weak };
  }
  const { id } = await person(cast.here, []);
  return { cast, kind, id, groupId: await groupRow(cast.here, [id]), weak };
}

/** A secret that this person made, as if long ago; its id. */
export async function issue({ cast, kind, id }: Pick<Scene, "cast" | "kind" | "id">, maker: string): Promise<string> {
  if (kind === "api_user_secret") {
    const secretId = await secretRow({ id, accountId: cast.here });
    await sql(
      "update api_user_secrets set created_by = $2, created_from = $3 where id = $1",
      secretId,
      maker,
      cast.here,
    );
    return secretId;
  }
  const keyId = randomBytes(8).toString("hex");
  const values = [keyId, cast.here, id, maker];
  await sql(
    "insert into access_keys (id, account_id, user_id, secret_hash, created_by) values ($1, $2, $3, 'x', $4)",
    ...values,
  );
  return keyId;
}

/** What became of a secret. */
export async function stateOf({ kind }: Pick<Scene, "kind">, id: string): Promise<"alive" | "marked" | "ended"> {
  const table = kind === "access_key" ? "access_keys" : "api_user_secrets";
  const [row] = await sql<{ at: Date | null }>(`select outgrown_at as at from ${table} where id::text = $1`, id);
  if (!row) return "ended";
  return row.at ? "marked" : "alive";
}

/** What an API user or person of a scene may do beyond its weak maker. */
export const more = allow("admin:own:delete:user");

/** Prepares a change after which what the weak maker made is outgrown; answers how the change is asked for. */
export type Way = [kind: Kind, how: string, prepare: (scene: Scene) => Promise<(option: Option) => Promise<Done>>];
type Done = { outgrown: { accessKeys: number; secrets: number; ended: boolean; items: { id: string }[] } };

const ofGroup = ({ cast, groupId }: Scene, roleId: string, group = groupId) =>
  sql("insert into group_roles (group_id, account_id, role_id) values ($1, $2, $3)", group, cast.here, roleId);

const inGroup = ({ cast, kind, id }: Scene, groupId: string) =>
  kind === "access_key"
    ? sql("insert into group_members (user_id, group_id, account_id) values ($1, $2, $3)", id, groupId, cast.here)
    : sql(
        "insert into api_user_groups (api_user_id, group_id, account_id) values ($1, $2, $3)",
        id,
        groupId,
        cast.here,
      );

const inFull = (here: string, scope: string) => `admin:${scope === "id" ? here : scope}:delete:user`;

/** One scope in other words. */
const otherwiseSpelt = [
  ["id", "own"],
  ["own", "id"],
  ["managed", "20000009"],
  ["20000009", "managed"],
] as const;

const growing: Record<string, Way[2]> = {
  "a role of their group": async ({ cast, groupId }) => {
    const roleIds = [await roleRow(cast.here, more)];
    return (option) => by(cast.ada, updateGroup, { groupId, roleIds, ...option });
  },
  "a role that says more": async (scene) => {
    const roleId = await roleRow(scene.cast.here, {});
    await ofGroup(scene, roleId);
    return (option) => by(scene.cast.ada, updateRole, { roleId, permissions: more, ...option });
  },
  "a role deleted that denied it": async (scene) => {
    const barred = await roleRow(scene.cast.here, deny("admin:*:*:*"));
    await ofGroup(scene, await roleRow(scene.cast.here, more));
    await ofGroup(scene, barred);
    return (option) => by(scene.cast.ada, deleteRole, { roleId: barred, ...option });
  },
  "a group deleted that denied it": async (scene) => {
    const groupId = await groupRow(scene.cast.here, [], [await roleRow(scene.cast.here, deny("admin:*:*:*"))]);
    await ofGroup(scene, await roleRow(scene.cast.here, more));
    await inGroup(scene, groupId);
    return (option) => by(scene.cast.ada, deleteGroup, { groupId, ...option });
  },
};

const growingPeople: Record<string, Way[2]> = {
  "a role granted": async ({ cast, id }) => {
    const roleId = await roleRow(cast.here, more);
    return (option) => by(cast.ada, grantRole, { userId: id, roleId, ...option });
  },
  "a role revoked that denied it": async ({ cast, id }) => {
    const [roleId, barred] = [await roleRow(cast.here, more), await roleRow(cast.here, deny("*:*:*:*"))];
    await give(id, barred);
    await give(id, roleId);
    return (option) => by(cast.ada, revokeRole, { userId: id, roleId: barred, ...option });
  },
  "being taken into a group": async ({ cast, id }) => {
    const groupId = await groupRow(cast.here, [], [await roleRow(cast.here, more)]);
    return (option) => by(cast.ada, changeMembers, { groupId, add: [id], ...option });
  },
  "being taken into a group with many": async ({ cast, id }) => {
    const groupId = await groupRow(cast.here, [], [await roleRow(cast.here, more)]);
    return (option) => by(cast.ada, changeManyUsers, { action: "add_to_group", userIds: [id], groupId, ...option });
  },
};

const growingPrograms: Record<string, Way[2]> = {
  "another group": async ({ cast, id, groupId }) => {
    const other = await groupRow(cast.here, [], [await roleRow(cast.here, more)]);
    return (option) => by(cast.ada, updateApiUser, { apiUserId: id, groupIds: [groupId, other], ...option });
  },
};

/** Both hold the same before, and the maker loses it. */
const losing: Record<string, Way[2]> = {
  "its maker loses a role": async (scene) => {
    const { cast, weak } = scene;
    const roleId = await roleRow(cast.here, more);
    await ofGroup(scene, await roleRow(cast.here, more));
    await give(weak.id, roleId);
    return (option) => by(cast.ada, revokeRole, { userId: weak.id, roleId, ...option });
  },
  "its maker leaves a group": async (scene) => {
    const { cast, weak } = scene;
    await ofGroup(scene, await roleRow(cast.here, more));
    const groupId = await groupRow(cast.here, [weak.id], [await roleRow(cast.here, more)]);
    return (option) => by(cast.ada, changeMembers, { groupId, remove: [weak.id], ...option });
  },
  "the role of its maker is narrowed": async (scene) => {
    const { cast, weak } = scene;
    const roleId = await roleRow(cast.here, more);
    await ofGroup(scene, await roleRow(cast.here, more));
    await give(weak.id, roleId);
    return (option) => by(cast.ada, updateRole, { roleId, permissions: {}, ...option });
  },
};

const spelt = otherwiseSpelt.map(([allowed, denied]): [string, Way[2]] => [
  `a role that allows ${allowed} and denies ${denied} no longer`,
  async (scene) => {
    const { here, ada } = scene.cast;
    const permissions = allow(inFull(here, allowed));
    const said = { ...permissions, ...deny(inFull(here, denied)) };
    const roleId = await roleRow(here, said);
    await give(scene.weak.id, await roleRow(here, said));
    await ofGroup(scene, roleId);
    return (option) => by(ada, updateRole, { roleId, permissions, ...option });
  },
]);

const waysOf = (kind: Kind, ways: Record<string, Way[2]>): Way[] =>
  Object.entries({ ...growing, ...ways, ...losing, ...Object.fromEntries(spelt) }).map(([how, prepare]) => [
    kind,
    how,
    prepare,
  ]);

/** Every change of rights by which a secret of either kind is outgrown. */
export const ways: Way[] = [...waysOf("access_key", growingPeople), ...waysOf("api_user_secret", growingPrograms)];
