import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import { primary } from "#db/client.ts";
import { accountRelations } from "#db/schema/accounts.ts";
import { type Actor, verdict } from "./actor.ts";
import { notFound } from "./errors.ts";
import { coveringIn, type Needed, permissionOf } from "./permissions.ts";
import type { About } from "./rules.ts";

/**
 * Where an operation happens: in the actor's own account, or in one that it manages, with the `rights` that were agreed
 * on; null in the own. `visibleAccountIds` are the accounts whose rows the database shows it.
 */
export type Tenant = { accountId: string; rights: string[] | null; visibleAccountIds: string[] };

/** Every account that the actor may do it in; for operations whose `accountId` may be this. */
const ALL_ACCOUNTS = "*";

/** The tenant of whoever has none: no account, and no rows. */
export const NO_TENANT: Tenant = { accountId: "", rights: null, visibleAccountIds: [] };

type Bound = { input: z.ZodType; allow: string; about?: About | undefined };

/**
 * Does the operation happen in an account that its input names? It then has a field `accountId`, and runs with the rows
 * of that account alone.
 */
export const isBound = ({ input }: Pick<Bound, "input">): boolean =>
  "shape" in input && "accountId" in (input.shape as object);

/**
 * Finds the tenant that an input names by its `accountId`, asked of the primary; the own account when it names none. An
 * account that the actor's does not manage does not exist for them. `*` is the own account and all managed ones where
 * they may.
 */
export async function resolveTenant(operation: Bound, actor: Actor, accountId: unknown): Promise<Tenant> {
  const own = actor.accountId;
  const here = { accountId: own, rights: null, visibleAccountIds: [own] };
  if (accountId === undefined || accountId === own) return here;
  if (accountId === ALL_ACCOUNTS) return { ...here, visibleAccountIds: await tenantsFor(operation, actor) };
  const [relation] = await managed(own, String(accountId));
  if (!relation) throw notFound("account");
  return { accountId: relation.id, rights: relation.rights, visibleAccountIds: [relation.id] };
}

/** The accounts in which the actor may do this: the own one, and those that it manages directly. */
export async function tenantsFor(needed: Needed, actor: Actor): Promise<string[]> {
  return [actor.accountId, ...(await managedWhere(actor, needed))];
}

async function managedWhere(actor: Actor, needed: Needed): Promise<string[]> {
  const permission = permissionOf(needed, "managed");
  const isAgreed = ({ id, rights }: Relation) => rights.some(coveringIn(permission, id));
  const may = (relation: Relation) => verdict(actor, needed, relation.id).allowed && isAgreed(relation);
  return (await managed(actor.accountId)).filter(may).map(({ id }) => id);
}

type Relation = { id: string; rights: string[] };

/** What an account manages, or one of them, with the rights agreed on. */
function managed(managingId: string, managedId?: string): Promise<Relation[]> {
  const theirs = and(eq(accountRelations.kind, "managed"), eq(accountRelations.managingId, managingId));
  const one = managedId === undefined ? undefined : eq(accountRelations.managedId, managedId);
  return primary()
    .select({ id: accountRelations.managedId, rights: accountRelations.rights })
    .from(accountRelations)
    .where(and(theirs, one));
}
