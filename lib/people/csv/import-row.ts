import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { groups, roles } from "#db/schema/access.ts";
import { rolesFor } from "#lib/access/granting/grant-rules.ts";
import { badField, type FieldError, Refusal } from "#lib/core/errors.ts";
import { email, line, name, phone } from "#lib/core/fields.ts";
import { inputWords } from "#lib/core/input-words.ts";
import type { Context } from "#lib/core/operation.ts";
import { onItsOwn, record } from "#lib/core/rows.ts";
import { createUser, makeUser } from "../users/create.ts";
import { username } from "../users/fields.ts";
import { makeWithin, requireMayJoinGroup } from "../users/join.ts";
import { isGarbled } from "./garbled.ts";
import { namesOf } from "./name-lists.ts";

/** The columns of a file of people; `roles` and `groups` are names, as {@link namesOf} reads them. */
export const importColumns = [
  "fullName",
  "email",
  "username",
  "phone",
  "mobilePhone",
  "roles",
  "groups",
  "notificationsOnly",
  "status",
] as const;

const yes = z
  .enum(["yes", "true", "1", "no", "false", "0"], "Write yes or no.")
  .transform((word) => /^(yes|true|1)$/.test(word));

const names = z
  .string()
  .default("")
  .transform(namesOf)
  .pipe(z.array(line(100)));

const garbledName = "This name is garbled: save the file as “CSV UTF-8” and choose it again.";

const notActive = "This person is not active in the file. Take the row out, or empty this cell to invite them.";

const person = z.strictObject({
  // As it was sent: of a garbled letter, half may be a space or a soft hyphen, which a name loses.
  fullName: z
    .string()
    .refine((text) => !isGarbled(text), garbledName)
    .pipe(name(100)),
  email,
  username: username.optional(),
  phone: phone.optional(),
  mobilePhone: phone.optional(),
  roles: names,
  groups: names.refine((list) => list.length <= 20, "Name at most 20 groups."),
  notificationsOnly: z.string().toLowerCase().pipe(yes).optional(),
  status: z.literal(["active", "invited", "notifications_only"], notActive).optional(),
});

export const outcome = z.object({
  row: z.int().meta({ description: "Its place among the rows sent, from 0" }),
  result: z.enum(["made", "valid", "refused"]).meta({ description: "valid: it would be made, in a dry run" }),
  userId: z.uuid().nullable(),
  errors: z
    .array(z.object({ column: z.string().nullable(), code: z.string(), message: z.string() }))
    .meta({ description: "What stands against it; empty unless it was refused" }),
});

export type ImportContext = Context<"create:user">;

export type RowOutcome = Omit<z.input<typeof outcome>, "row">;

export async function take(
  by: ImportContext,
  known: Map<string, string>,
  cells: Record<string, string>,
  dryRun: boolean,
): Promise<RowOutcome> {
  const filled = Object.fromEntries(Object.entries(cells).filter(([, text]) => text.trim() !== ""));
  const read = person.safeParse(filled, { error: inputWords });
  if (!read.success) return refused(read.error.issues.flatMap(issueErrors));
  const { roles: names, groups, status: _, ...user } = read.data;
  const unknown = names.filter((name) => !known.has(name.toLowerCase()));
  if (unknown.length)
    return refused([
      { column: "roles", code: "unknown_role", message: `There is no role ${unknown.join(", ")} here.` },
    ]);
  const granted = names.map((name) => known.get(name.toLowerCase()) ?? "");
  const made = await onItsOwn(by.tx, () => make(by, { ...user, roleIds: [...new Set(granted)] }, groups));
  if (made instanceof Refusal) return refused(refusalErrors(made));
  return dryRun ? { result: "valid", userId: null, errors: [] } : { result: "made", userId: made.id, errors: [] };
}

async function make(by: ImportContext, user: Parameters<typeof makeUser>[3], groupNames: string[]) {
  const groupIds = await groupsNamed(by, groupNames);
  const made = await makeWithin(by, groupIds, () => makeUser(by.tx, by.actor, by.tenant, user, null));
  const details = { username: made.username, email: made.email, roles: made.roles.map(({ name }) => name) };
  await record(by, createUser.name, { target: made.id, details });
  return made;
}

const refused = (errors: RowOutcome["errors"]): RowOutcome => ({ result: "refused", userId: null, errors });

const issueErrors = (issue: z.core.$ZodIssue): RowOutcome["errors"] =>
  issue.code === "unrecognized_keys"
    ? issue.keys.map((column) => ({ column, code: "unknown_column", message: "There is no such column here." }))
    : [{ column: String(issue.path[0] ?? ""), code: issue.code, message: issue.message }];

const refusalErrors = ({ code, message, details }: Refusal): RowOutcome["errors"] =>
  details.errors?.map(columnError) ?? [{ column: null, code, message }];

const columnError = ({ pointer, code, message }: FieldError) => ({
  column: pointer === "/roleIds" ? "roles" : pointer.slice(1),
  code,
  message,
});

/** The roles that can be granted, by name in lower case; the account's own before global ones of the same name. */
export async function roleIdsNamed({ tx, tenant }: ImportContext): Promise<Map<string, string>> {
  const found = await tx
    .select({ id: roles.id, name: roles.name })
    .from(roles)
    .where(rolesFor(tenant))
    .orderBy(sql`${roles.accountId} nulls first`);
  return new Map(found.map(({ id, name }) => [name.toLowerCase(), id]));
}

/** The account's groups of these names, whatever their case. */
async function groupsNamed(by: ImportContext, words: string[]): Promise<string[]> {
  if (!words.length) return [];
  requireMayJoinGroup(by);
  const named = inArray(
    sql`lower(${groups.name})`,
    words.map((word) => word.toLowerCase()),
  );
  const found = await by.tx
    .select({ id: groups.id, name: groups.name })
    .from(groups)
    .where(and(eq(groups.accountId, by.tenant.accountId), named));
  const known = new Set(found.map(({ name }) => name.toLowerCase()));
  const unknown = words.filter((word) => !known.has(word.toLowerCase()));
  if (unknown.length) throw badField("groups", "unknown_group", `There is no group ${unknown.join(", ")} here.`);
  return found.map(({ id }) => id);
}
