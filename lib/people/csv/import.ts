import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { groups, roles } from "#db/schema/access.ts";
import { users } from "#db/schema/users.ts";
import { lockAccountRow } from "#lib/access/administrators.ts";
import { rolesFor } from "#lib/access/granting/grant-rules.ts";
import { badField, type FieldError, Refusal } from "#lib/core/errors.ts";
import { accountId, email, line, name, phone } from "#lib/core/fields.ts";
import { inputWords } from "#lib/core/input-words.ts";
import { canonicalName } from "#lib/core/limit-keys.ts";
import { type Budget, spend } from "#lib/core/limits.ts";
import { type Context, defineOperation } from "#lib/core/operation.ts";
import { onItsOwn, onTrial, record } from "#lib/core/rows.ts";
import { createUser, makeUser } from "../users/create.ts";
import { username } from "../users/fields.ts";
import { makeWithin, requireMayJoinGroup } from "../users/join.ts";
import { isGarbled } from "./garbled.ts";
import { namesOf } from "./name-lists.ts";

/** How many rows are taken at a time. */
export const maxAtOnce = 200;

/** The columns of a file of people; `roles` and `groups` are names, as {@link namesOf} reads them. */
const importColumns = [
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

const outcome = z.object({
  row: z.int().meta({ description: "Its place among the rows sent, from 0" }),
  result: z.enum(["made", "valid", "refused"]).meta({ description: "valid: it would be made, in a dry run" }),
  userId: z.uuid().nullable(),
  errors: z
    .array(z.object({ column: z.string().nullable(), code: z.string(), message: z.string() }))
    .meta({ description: "What stands against it; empty unless it was refused" }),
});

/**
 * Makes many people, each whole or not at all, whatever becomes of the others, and invites them by mail. A dry run
 * finds out what would become of each, among the others, and makes nobody.
 */
export const importUsers = defineOperation({
  name: "users.import",
  summary: "Make many users at once, and invite them by mail; or try out what would come of it",
  route: "POST /users/import",
  allow: "create:user",
  stepUp: "always",
  idempotencyKey: true,
  limit: { name: "users_import", points: 1000, seconds: 3600 },
  changes: ({ rows, dryRun }) => (dryRun ? 1 : rows.length),
  input: z
    .strictObject({
      rows: z
        .array(z.record(z.string().max(64), z.string().max(1000)))
        .min(1, "Send at least one row.")
        .max(maxAtOnce, `Send at most ${maxAtOnce} rows at a time.`)
        .meta({ description: `One object a person, as a file has them: ${importColumns.join(", ")}` }),
      dryRun: z.boolean().default(false).meta({ description: "Only find out what would become of each" }),
      accountId,
    })
    .meta({
      examples: [{ rows: [{ fullName: "Ada Okafor", email: "ada@example.org", roles: "Member" }], dryRun: true }],
    }),
  output: z.object({ results: z.array(outcome) }),
  audit: ({ input, output }) => ({
    details: {
      dryRun: input.dryRun,
      made: output.results.filter(({ result }) => result === "made").length,
      of: output.results.length,
    },
  }),

  async run(context, { rows, dryRun }) {
    if (dryRun) await spend(dryRuns, context.actor.id);
    if (rows.some(givesRights)) await lockAccountRow(context.tx, context.tenant.accountId);
    const known = await roleIds(context);
    const all = async () => {
      const results: z.input<typeof outcome>[] = [];
      let strangers = 0;
      for (const [row, cells] of rows.entries()) {
        const done = strangers < maxStrangers ? await take(context, known, cells, dryRun) : notTried;
        if (dryRun && (await clashesElsewhere(context, cells, done))) strangers += 1;
        results.push({ row, ...done });
      }
      return results;
    };
    const results = await (dryRun ? onTrial(context.tx, all) : all());
    if (results instanceof Refusal) throw results;
    return { results };
  },
});

/** Such rows hold the account, which has to be before the address of any other row is taken. */
const givesRights = (cells: Record<string, string>) => Boolean(cells.groups?.trim() || cells.roles?.trim());

/**
 * A dry run leaves no trace with anybody, so that it would tell at leisure who of a long list has an account elsewhere
 * on this portal: there is a budget for it, and a run with more than a few of them is given up.
 */
const dryRuns: Budget = { name: "users_import_dry", points: 200, seconds: 3600 };
const maxStrangers = 10;

const notTried: Outcome = {
  result: "refused",
  userId: null,
  errors: [
    {
      column: null,
      code: "not_tried",
      message: `Not looked at: ${maxStrangers} rows before it clash with people of other accounts. Take those out.`,
    },
  ],
};

/** Is the name or the address of a refused row somebody's who is not of this account? */
async function clashesElsewhere({ tx, tenant }: ImportContext, cells: Record<string, string>, { errors }: Outcome) {
  const taken = errors.find(({ code }) => code === "taken");
  if (!taken) return false;
  const name = canonicalName(cells[taken.column ?? ""] ?? cells.email ?? "");
  const column = taken.column === "username" ? users.username : users.email;
  const [ours] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.accountId, tenant.accountId), sql`lower(${column}) = ${name}`));
  return ours === undefined;
}

type ImportContext = Context<"create:user">;
type Outcome = Omit<z.input<typeof outcome>, "row">;

async function take(
  by: ImportContext,
  known: Map<string, string>,
  cells: Record<string, string>,
  dryRun: boolean,
): Promise<Outcome> {
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

const refused = (errors: Outcome["errors"]): Outcome => ({ result: "refused", userId: null, errors });

const issueErrors = (issue: z.core.$ZodIssue): Outcome["errors"] =>
  issue.code === "unrecognized_keys"
    ? issue.keys.map((column) => ({ column, code: "unknown_column", message: "There is no such column here." }))
    : [{ column: String(issue.path[0] ?? ""), code: issue.code, message: issue.message }];

const refusalErrors = ({ code, message, details }: Refusal): Outcome["errors"] =>
  details.errors?.map(columnError) ?? [{ column: null, code, message }];

const columnError = ({ pointer, code, message }: FieldError) => ({
  column: pointer === "/roleIds" ? "roles" : pointer.slice(1),
  code,
  message,
});

/** The roles that can be granted, by name in lower case; the account's own before global ones of the same name. */
async function roleIds({ tx, tenant }: ImportContext): Promise<Map<string, string>> {
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
