import { and, eq, exists, gt, inArray, isNotNull, not, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { z } from "zod";
import { asSystem, type Db } from "#db/client.ts";
import { auditEntries } from "#db/schema/audit.ts";
import { accessKeys, apiUserSecrets } from "#db/schema/machines.ts";
import { gateways } from "#db/schema/tokens.ts";
import { users } from "#db/schema/users.ts";
import { integrations } from "#db/schema/vault.ts";
import { endKeys } from "#lib/access/issued/ending.ts";
import { mintWebhookSecret } from "#lib/notifications/webhook/secrets.ts";
import { NO_ACCOUNT } from "#lib/vault/provisioning/paused.ts";
import { sealAdapterSecret } from "#lib/vault/provisioning/sealed.ts";
import type { Ends } from "./relation.ts";

/**
 * What the managing side made in the managed account that ends with the relationship, or with rights taken from it;
 * counted.
 */
export const delegatedResources = z.object({
  accessKeys: z.int().meta({ description: "Access keys made for its people" }),
  apiUsers: z.int().meta({ description: "Secrets of its API users; their tokens end as well" }),
  gateways: z.int().meta({ description: "Gateways that ask about its tokens" }),
  oneTime: z.int().meta({ description: "One-time passwords given to its people, not replaced yet" }),
  hooks: z.int().meta({ description: "Provisioning hooks: paused, with new signing secrets, unseen" }),
});

export type DelegatedResources = z.output<typeof delegatedResources>;

/** Where nothing ends. */
export const noDelegatedResources: DelegatedResources = {
  accessKeys: 0,
  apiUsers: 0,
  gateways: 0,
  oneTime: 0,
  hooks: 0,
};

/**
 * Ends what people of the managing account made in the managed one: with it they would go on doing what is agreed on no
 * more. So do access keys of makers who are gone: nobody can say whose they were.
 */
export const revokeDelegatedResources = (tx: Db, ends: Ends): Promise<DelegatedResources> =>
  asSystem(tx, async (tx) => {
    if (ends.kind !== "managed") return noDelegatedResources;
    const keys = await endKeys(tx, delegatedKeys(tx, ends));
    await lockInOrder(tx, ends);
    return {
      accessKeys: keys.length,
      apiUsers: (await tx.delete(apiUserSecrets).where(delegatedSecrets(ends)).returning(one)).length,
      gateways: (await tx.delete(gateways).where(delegatedGateways(ends)).returning(one)).length,
      oneTime: (await tx.update(users).set(over).where(delegatedOneTimePasswords(ends)).returning(one)).length,
      hooks: await replaceSigningSecrets(tx, ends),
    };
  });

/** Locks by id what is about to end, so that two who end some of the same do not wait for each other. */
async function lockInOrder(tx: Db, ends: Ends): Promise<void> {
  await tx.select(one).from(apiUserSecrets).where(delegatedSecrets(ends)).orderBy(apiUserSecrets.id).for("update");
  await tx.select(one).from(gateways).where(delegatedGateways(ends)).orderBy(gateways.id).for("update");
  await tx.select(one).from(users).where(delegatedOneTimePasswords(ends)).orderBy(users.id).for("no key update");
}

const one = { one: sql`1` };
const over = { passwordOnceUntil: sql`now()` };

function delegatedKeys(tx: Db, { managingId, managedId }: Ends) {
  const maker = tx.select({ id: users.id }).from(users).where(eq(users.id, accessKeys.createdBy));
  const isOrphan = and(isNotNull(accessKeys.createdBy), not(exists(maker)));
  const isTheirs = or(inArray(accessKeys.createdBy, peopleOf(tx, managingId)), isOrphan);
  return and(eq(accessKeys.accountId, managedId), isTheirs);
}

const delegatedSecrets = ({ managingId, managedId }: Ends) =>
  and(eq(apiUserSecrets.accountId, managedId), eq(apiUserSecrets.createdFrom, managingId));

const delegatedGateways = ({ managingId, managedId }: Ends) =>
  and(eq(gateways.accountId, managedId), eq(gateways.createdFrom, managingId));

/** One-time passwords that the managing account gave: the audit log says who did, with a new user or later. */
function delegatedOneTimePasswords({ managingId, managedId }: Ends) {
  const given = sql`exists (select from ${auditEntries} where ${auditEntries.accountId} = ${managedId}
    and ${auditEntries.actorAccountId} = ${managingId} and ${auditEntries.target} = ${users.id}::text
    and ${auditEntries.action} in ('users.create', 'users.give_password') and ${auditEntries.result} = 'done')`;
  return and(eq(users.accountId, managedId), users.passwordOnce, gt(users.passwordOnceUntil, sql`now()`), given);
}

const delegatedHooks = ({ managingId, managedId }: Ends) =>
  and(
    eq(integrations.accountId, managedId),
    eq(integrations.adapter, "hook"),
    eq(integrations.adapterSecretFrom, managingId),
  );

/**
 * Without one nothing could be withdrawn any more; of the new one, nobody knows until they have another made. Until
 * then the hook is paused: its address may lead to who is told of the account's people no more.
 */
async function replaceSigningSecrets(tx: Db, ends: Ends): Promise<number> {
  const hooks = await tx
    .select({ id: integrations.id })
    .from(integrations)
    .where(delegatedHooks(ends))
    .orderBy(integrations.id)
    .for("update");
  for (const { id } of hooks) {
    const sealed = await sealAdapterSecret(tx, { accountId: ends.managedId }, id, mintWebhookSecret());
    await tx
      .update(integrations)
      .set({
        sealedAdapterSecret: sealed,
        sealedFormerSecret: null,
        adapterSecretFrom: NO_ACCOUNT,
        version: sql`${integrations.version} + 1`,
      })
      .where(eq(integrations.id, id));
  }
  return hooks.length;
}

const peopleOf = (tx: Db, accountId: string) =>
  tx.select({ id: maker.id }).from(maker).where(eq(maker.accountId, accountId));

const maker = alias(users, "maker");

/** How much would end with a relationship, and how many people made by the managing side would stay. */
export const countDelegatedResources = (tx: Db, ends: Ends): Promise<DelegatedResources & { people: number }> =>
  asSystem(tx, async (tx) => {
    const theirs = inArray(users.createdBy, peopleOf(tx, ends.managingId));
    return {
      people: await tx.$count(users, and(eq(users.accountId, ends.managedId), theirs)),
      accessKeys: await tx.$count(accessKeys, delegatedKeys(tx, ends)),
      apiUsers: await tx.$count(apiUserSecrets, delegatedSecrets(ends)),
      gateways: await tx.$count(gateways, delegatedGateways(ends)),
      oneTime: await tx.$count(users, delegatedOneTimePasswords(ends)),
      hooks: await tx.$count(integrations, delegatedHooks(ends)),
    };
  });
