import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { lockAccountRow } from "#lib/access/administrators.ts";
import { Refusal } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { canonicalName } from "#lib/core/limit-keys.ts";
import { type Budget, spend } from "#lib/core/limits.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { onTrial } from "#lib/core/rows.ts";
import { type ImportContext, importColumns, outcome, type RowOutcome, roleIdsNamed, take } from "./import-row.ts";

/** How many rows are taken at a time. */
export const maxAtOnce = 200;

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
    const known = await roleIdsNamed(context);
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

const notTried: RowOutcome = {
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
async function clashesElsewhere({ tx, tenant }: ImportContext, cells: Record<string, string>, { errors }: RowOutcome) {
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
