import { sql } from "drizzle-orm";
import { z } from "zod";
import { asSystem, type Db } from "#db/client.ts";
import { Refusal } from "#lib/core/errors.ts";
import { spend } from "#lib/core/limits.ts";
import { mayIn } from "#lib/core/may-in.ts";
import { onTrial } from "#lib/core/rows.ts";
import { isUnchanged, type Unchanged, unchanged } from "#lib/core/unchanged.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import type { Issued } from "./issued-credentials.ts";

const choices = ["none", "outgrown"] as const;

/** What becomes of the secrets and access keys that a change of rights outgrows. */
export type EndSecretsOf = (typeof choices)[number];

/** The fields of every operation that changes roles, groups or memberships, about the secrets that it outgrows. */
export const outgrownFields = {
  endSecretsOf: z.enum(choices).default("none").meta({
    description:
      "Ends the access keys and secrets whose makers could not give what they would open after the change (`outgrown`); `none` keeps them, marked. It takes all that their holders hold",
  }),
  dryRun: z
    .union([z.boolean(), z.stringbool()])
    .default(false)
    .meta({ description: "Changes nothing: only find out which secrets the change would outgrow" }),
};

const maxShown = 20;

const named = z.object({ id: z.uuid(), name: z.string() });

/** What a change of rights outgrows, as it stands on the wire. */
export const wireOutgrown = z.object({
  accessKeys: z.int().meta({ description: "How many access keys" }),
  secrets: z.int().meta({ description: "How many secrets of API users" }),
  ended: z.boolean().meta({ description: "They ended; otherwise they go on, marked" }),
  items: z
    .array(
      z.object({
        kind: z.enum(["access_key", "api_user_secret"]),
        id: z.string(),
        label: z.string().meta({ description: "An access key's label; empty for a secret" }),
        holder: named.meta({ description: "Who signs in with it: a user, or an API user by its login" }),
        madeBy: named.nullable().meta({
          description: "Who made it; null for somebody who is not of the account, and where you may not list users",
        }),
      }),
    )
    .meta({ description: `The first ${maxShown} of those that you may list; the others are counted alone` }),
});

/** What a change of rights outgrew, or would. */
export type Outgrown = z.output<typeof wireOutgrown>;

/** Where nothing was outgrown. */
export const noneOutgrown: Outgrown = { accessKeys: 0, secrets: 0, ended: false, items: [] };

const has = ({ accessKeys, secrets }: Outgrown) => accessKeys + secrets > 0;

/** What goes on record of it beside the change; nothing where nothing was outgrown. */
export const outgrownDetails = (outgrown: Outgrown): { outgrown?: Omit<Outgrown, "items"> } => {
  const { items: _, ...counts } = outgrown;
  return has(outgrown) ? { outgrown: counts } : {};
};

/** What several changes outgrew, together. */
export const together = (all: Outgrown[]): Outgrown =>
  all.reduce(
    (sum, one) => ({
      accessKeys: sum.accessKeys + one.accessKeys,
      secrets: sum.secrets + one.secrets,
      ended: sum.ended || one.ended,
      items: [...sum.items, ...one.items].slice(0, maxShown),
    }),
    noneOutgrown,
  );

/** A trial does all that the change would, and leaves no trace. */
const dryRuns = { name: "rights_dry_run", points: 60, seconds: 60 };

/** Does a change, or with `dryRun` finds out what would come of it and leaves everything as it was. */
export async function orTry<T>(
  { tx, actor }: Pick<Grantor, "tx" | "actor">,
  dryRun: boolean,
  change: () => Promise<T>,
): Promise<T | Unchanged<T>> {
  if (!dryRun) return change();
  await spend(dryRuns, actor.id);
  const outcome = await onTrial(tx, change);
  if (outcome instanceof Refusal) throw outcome;
  return isUnchanged(outcome) ? outcome : unchanged(outcome);
}

/**
 * What is outgrown as whoever changes the rights may know it: names for whoever may list such, in the account that they
 * act in; of all others only how many. Call it before anything of it ends.
 */
export async function presentOutgrown(by: Grantor, issued: Issued[], endSecretsOf: EndSecretsOf): Promise<Outgrown> {
  const count = (kind: Issued["kind"]) => issued.filter((one) => one.kind === kind).length;
  const [accessKeys, secrets] = [count("access_key"), count("api_user_secret")];
  const shown = issued.filter((one) => maySee(by, one)).slice(0, maxShown);
  const ended = endSecretsOf === "outgrown" && issued.length > 0;
  return { accessKeys, secrets, ended, items: shown.length ? await nameAll(by, shown) : [] };
}

// A key is named with the user whose it is.
const permissionsToList = { access_key: ["list:access_key", "list:user"], api_user_secret: ["list:api_user"] };

const maySee = ({ actor, tenant }: Grantor, { accountId, kind }: Issued) =>
  accountId === tenant.accountId && permissionsToList[kind].every((needed) => mayIn(actor, tenant, needed));

async function nameAll({ tx, tenant, actor }: Grantor, issued: Issued[]): Promise<Outgrown["items"]> {
  const ids = issued.flatMap(({ holderId, makerId }) => [holderId, makerId]).filter((id) => id !== null);
  const names = await asSystem(tx, (tx) => namesOf(tx, tenant.accountId, ids));
  const name = (id: string) => names.get(id) ?? "";
  const maySeeMakers = mayIn(actor, tenant, "list:user");
  return issued.map(({ kind, id, name: label, holderId, makerId }) => ({
    kind,
    id,
    label: kind === "access_key" ? label : "",
    holder: { id: holderId, name: name(holderId) },
    madeBy: maySeeMakers && makerId && names.has(makerId) ? { id: makerId, name: name(makerId) } : null,
  }));
}

async function namesOf(tx: Db, accountId: string, ids: string[]): Promise<Map<string, string>> {
  const these = sql`${sql.param(ids)}::uuid[]`;
  const { rows } = await tx.execute<{ id: string; name: string }>(sql`
    select id, full_name as name from users where account_id = ${accountId} and id = any(${these})
    union all select id, login from api_users where account_id = ${accountId} and id = any(${these})`);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
