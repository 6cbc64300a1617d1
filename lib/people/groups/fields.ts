import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { groups } from "#db/schema/access.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { line, name, uuid } from "#lib/core/fields.ts";
import { takenBy } from "#lib/core/unique.ts";
import type { Group } from "./list.ts";

export const groupId = uuid().meta({ description: "The group's id" });

export const groupName = name(100).meta({ description: "Unique among the account's groups" });

export const groupDescription = line(500).meta({ description: "Who belongs in it" });

export const roleIds = z
  .array(uuid())
  .max(100, "Name at most 100 roles.")
  .transform((ids) => [...new Set(ids)])
  .meta({ description: "Ids of the roles that its members hold through it" });

export const groupBefore = z
  .object({ name: z.string(), description: z.string(), roles: z.array(z.string()) })
  .meta({ description: "What it was until now" });

export const peopleOf = (groupId: string) => sql`select user_id from group_members where group_id = ${groupId}`;

export const toGroupDetails = ({ name, description, roles }: Group) => ({
  name,
  description,
  roles: roles.map((role) => role.name),
});

export const isGroupHere = ({ tenant }: Grantor, groupId: string) =>
  and(eq(groups.id, groupId), eq(groups.accountId, tenant.accountId));

export const groupNameTaken = takenBy("groups_name_once", "There is a group of this name already. Choose another.");
