import { and, asc, desc, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { groupMembers, groups } from "#db/schema/access.ts";
import { directory } from "#db/schema/users.ts";
import { accountId } from "#lib/core/fields.ts";
import { type Context, defineOperation } from "#lib/core/operation.ts";

/** The one environment that every account is: AIMMS PRO has several, the portal knows none. */
export const environment = "ROOT";

/** What lists of AIMMS PRO can be filtered by, and how; `cs` minds the case, `ci` does not. */
export const filterFields = ["account_name", "environment_name", "group_name", "user_name"] as const;
export const filterWays = ["equal_cs", "equal_ci", "contain_cs", "contain_ci", "in", "not_in"] as const;

const filter = z.strictObject({
  field: z.enum(filterFields),
  how: z.enum(filterWays),
  words: z
    .array(
      z
        .string()
        .max(254)
        .regex(/^[^\p{Cc}\p{Cs}]*$/u, "Use visible characters only."),
    )
    .min(1)
    .max(100),
});

/** One condition on a list. */
export type Filter = z.output<typeof filter>;

/** What every list of AIMMS PRO takes beside its order. */
export const listQuery = {
  filters: z.array(filter).max(20).default([]).meta({ description: "All of them hold" }),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0).meta({ description: "How many to leave out" }),
  limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: "How many, 1000 at most" }),
};

const asked = { accountId, ...listQuery };

/** By what a list may be sorted. */
export const sortOf = <const T extends readonly [string, ...string[]]>(fields: T) =>
  z
    .array(z.strictObject({ field: z.enum(fields), falling: z.boolean() }))
    .max(fields.length)
    .default([])
    .meta({ description: "By what they are sorted; the name when nothing is said" });

// The names in full: of a single table they would be left out, and mean the group's own.
const groupsOf = sql<string[]>`coalesce((select json_agg(g.name order by lower(g.name)) from group_members m
  join groups g on g.id = m.group_id where m.user_id = directory.id), '[]'::json)`;

/** People, as the lists of AIMMS PRO ask for them: by offset, since its clients know no cursors. */
export const filterUsers = defineOperation({
  name: "users.filter",
  summary: "List users by filter and offset",
  route: null,
  allow: "list:user",
  input: z.strictObject({
    ...asked,
    sort: sortOf(["account_name", "environment_name", "user_name", "email", "full_name"]),
  }),
  output: z.object({
    items: z.array(
      z.object({ userName: z.string(), email: z.string(), fullName: z.string(), groups: z.array(z.string()) }),
    ),
  }),

  async run({ tx, tenant, actor }, { filters, sort, offset, limit }) {
    const shown = { userName: directory.username, email: directory.email, fullName: directory.fullName };
    const keys = {
      ...fixed,
      user_name: sql`${directory.usernameKey}`,
      email: sql`${directory.emailKey}`,
      full_name: sql`${directory.nameKey}`,
    };
    const items = await tx
      .select({ ...shown, groups: groupsOf })
      .from(directory)
      .where(and(eq(directory.accountId, tenant.accountId), ...filters.map((one) => ofUser(one, actor.accountName))))
      .orderBy(...sort.map(({ field, falling }) => (falling ? desc : asc)(keys[field])), asc(keys.user_name))
      .limit(limit)
      .offset(offset);
    return { items };
  },
});

/** Groups, in the same way. */
export const filterGroups = defineOperation({
  name: "groups.filter",
  summary: "List groups by filter and offset",
  route: null,
  allow: "list:group",
  input: z.strictObject({ ...asked, sort: sortOf(["account_name", "environment_name", "group_name"]) }),
  output: z.object({ items: z.array(z.object({ groupName: z.string() })) }),

  async run({ tx, tenant, actor }, { filters, sort, offset, limit }) {
    const keys = { ...fixed, group_name: sql`lower(${groups.name})` };
    const items = await tx
      .select({ groupName: groups.name })
      .from(groups)
      .where(and(eq(groups.accountId, tenant.accountId), ...filters.map((one) => ofGroup(one, actor.accountName))))
      .orderBy(...sort.map(({ field, falling }) => (falling ? desc : asc)(keys[field])), asc(keys.group_name))
      .limit(limit)
      .offset(offset);
    return { items };
  },
});

/** The same for everything in a list, so that it sorts nothing. */
const same = sql`length('')`;
const fixed = { account_name: same, environment_name: same };

type Asker = Context<"list:user">["actor"];

function ofUser(filter: Filter, accountName: Asker["accountName"]): SQL {
  if (filter.field === "user_name") return says(sql`${directory.username}`, filter);
  if (filter.field !== "group_name") return ofAll(filter, accountName);
  const [asked, isNot] = positive(filter);
  const found = sql`exists (select from ${groupMembers} m join ${groups} g on g.id = m.group_id
    where m.user_id = directory.id and ${says(sql`g.name`, asked)})`;
  return isNot ? sql`not ${found}` : found;
}

function ofGroup(filter: Filter, accountName: Asker["accountName"]): SQL {
  if (filter.field === "group_name") return says(sql`${groups.name}`, filter);
  if (filter.field !== "user_name") return ofAll(filter, accountName);
  const [asked, isNot] = positive(filter);
  const found = sql`exists (select from ${groupMembers} m join ${directory} d on d.id = m.user_id
    where m.group_id = groups.id and ${says(sql`d.username`, asked)})`;
  return isNot ? sql`not ${found}` : found;
}

/** Of several things "not in" means that none of them is. */
export const positive = (filter: Filter): [Filter, isNot: boolean] =>
  filter.how === "not_in" ? [{ ...filter, how: "in" }, true] : [filter, false];

const ofAll = (filter: Filter, accountName: string) =>
  says(sql`${filter.field === "account_name" ? accountName : environment}::text`, filter);

function says(text: SQL, { how, words }: Filter): SQL {
  const [word = ""] = words;
  const ways: Record<Filter["how"], SQL> = {
    equal_cs: sql`${text} = ${word}`,
    equal_ci: sql`lower(${text}) = lower(${word})`,
    contain_cs: sql`strpos(${text}, ${word}) > 0`,
    contain_ci: sql`strpos(lower(${text}), lower(${word})) > 0`,
    in: sql`${text} = any(${sql.param(words)}::text[])`,
    not_in: sql`${text} <> all(${sql.param(words)}::text[])`,
  };
  return ways[how];
}
