import { and, eq, or, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accountRelations, relationProposals } from "#db/schema/accounts.ts";
import { badField, conflict, notFound } from "#lib/core/errors.ts";
import { accountId, instant, line, uuid, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertAcyclic, lockRelationships } from "./cycles.ts";
import {
  type DelegatedResources,
  delegatedResources,
  noDelegatedResources,
  revokeDelegatedResources,
} from "./delegated-resources.ts";
import { endImpersonations } from "./impersonations.ts";
import { concerning } from "./list.ts";
import { notifyProposal } from "./notices.ts";
import { type Ends, endsOf, kind, otherId, otherOf, recordForOther, requireOwnAccount, side } from "./relation.ts";
import { assertNarrower, isCovered, requireMayAgree, requireOfferStands, rights } from "./rights.ts";

const rightsField = rights.meta({
  description: "What the managing side may do at all: permission patterns of scope `managed`; none for bills_to",
  examples: [["*:managed:*:*"]],
});

/**
 * Proposes a relationship to another account, or other rights in one that is agreed already. It waits 30 days for the
 * other side. The answer is the same whether there is such an account or not. Refuses to offer what one may not do
 * oneself.
 */
export const proposeRelation = defineOperation({
  name: "relation_proposals.create",
  summary: "Propose a relationship with another account",
  route: "POST /relation-proposals",
  allow: "update:account",
  stepUp: "always",
  idempotencyKey: true,
  limit: { name: "relation_proposals", points: 30, seconds: 3600 },
  input: z
    .strictObject({
      accountId,
      otherId,
      kind: kind.default("managed"),
      side: side.meta({ description: "What your account is to be in it" }),
      rights: rightsField.default([]),
      message: line(500).default("").meta({ description: "A word to the other side" }),
    })
    .meta({ examples: [{ otherId: "20000002", side: "managing", rights: ["*:managed:*:*"] }] }),
  output: z.object({ id: z.uuid(), expiresAt: instant }),
  audit: ({ input: { otherId, kind, side, rights } }) => ({ target: otherId, details: { kind, side, rights } }),

  async run({ actor, tx, caller, tenant }, { otherId, kind, side, rights, message }) {
    requireOwnAccount(tenant);
    const own = tenant.accountId;
    if (otherId === own) throw badField("otherId", "own_account", "Name another account than your own.");
    assertRightsFitKind(kind, rights);
    if (side === "managed") await requireMayAgree({ actor, tenant, tx }, rights);
    const ends = endsOf(kind, side, own, otherId);
    const made = await writeProposal(tx, { ...ends, rights, message, proposedBy: own, createdBy: actor.id });
    await recordForOther({ actor, caller, tenant, tx }, proposeRelation.name, otherId, { kind, rights });
    await notifyProposal(tx, { kind, side, from: own, to: otherId });
    return { id: made.id, expiresAt: wire(made.expiresAt) };
  },
});

function assertRightsFitKind(kind: Ends["kind"], rights: string[]) {
  if (kind === "managed" && !rights.length) throw badField("rights", "none", "Name at least one right.");
  if (kind === "bills_to" && rights.length) throw badField("rights", "no_rights", "Who pays gets no rights by it.");
}

const outstanding = 50;

type ProposalInput = typeof relationProposals.$inferInsert;

/** The own one of before is replaced; one by the other side is to be answered instead. */
async function writeProposal(tx: Db, wanted: Omit<ProposalInput, "expiresAt">) {
  await dropExpired(tx);
  const mine = eq(relationProposals.proposedBy, wanted.proposedBy);
  if ((await tx.$count(relationProposals, mine)) >= outstanding)
    throw conflict(`${outstanding} proposals of yours wait for an answer. Withdraw one first.`);
  const again = { ...wanted, createdAt: sql`now()`, expiresAt: sql`now() + interval '30 days'` };
  const { kind, managingId, managedId } = relationProposals;
  const [made] = await tx
    .insert(relationProposals)
    .values(again)
    .onConflictDoUpdate({ target: [kind, managingId, managedId], set: again, setWhere: mine })
    .returning({ id: relationProposals.id, expiresAt: relationProposals.expiresAt });
  if (!made) throw conflict("The other account has proposed this already: answer it.");
  return made;
}

const dropExpired = (tx: Db) => tx.delete(relationProposals).where(sql`${relationProposals.expiresAt} <= now()`);

const ended = delegatedResources.meta({
  description: "What the managing side had made in the managed account, and what ended",
});

const proposalId = uuid().meta({ description: "The proposal's id" });

/**
 * Agrees to what the other account has proposed: from then on its rights hold. Where that takes rights that were agreed
 * before, what was made by them ends, as by {@link narrowRelation}. Refuses what would close a circle, and to give
 * rights that one does not hold oneself.
 */
export const agreeToRelation = defineOperation({
  name: "relation_proposals.agree",
  summary: "Agree to a relationship that another account has proposed",
  route: "POST /relation-proposals/{id}/agree",
  allow: "update:account",
  stepUp: "always",
  idempotencyKey: true,
  input: z.strictObject({ id: proposalId, accountId }),
  output: z.object({ otherId: z.string(), kind, rights: z.array(z.string()), ended }),
  audit: ({ input, output: { otherId, ...terms } }) => ({
    target: otherId,
    details: { ...terms, proposal: input.id },
  }),

  async run({ actor, tx, caller, tenant }, { id }) {
    requireOwnAccount(tenant);
    const own = tenant.accountId;
    await lockRelationships(tx);
    const [agreed] = await tx
      .delete(relationProposals)
      .where(
        and(
          eq(relationProposals.id, id),
          concerning(own),
          sql`${relationProposals.proposedBy} <> ${own} and ${relationProposals.expiresAt} > now()`,
        ),
      )
      .returning();
    if (!agreed) throw notFound("proposal");
    const { kind, managingId, managedId, rights } = agreed;
    await requireOfferStands(tx, agreed);
    if (managedId === own) await requireMayAgree({ actor, tenant, tx }, rights);
    await assertAcyclic(tx, { kind, managingId, managedId });
    const ended = await endWhatLosesRights(tx, agreed);
    await writeRelation(tx, { kind, managingId, managedId, rights, createdBy: actor.id });
    const otherId = otherOf(agreed, own);
    await recordForOther({ actor, caller, tenant, tx }, agreeToRelation.name, otherId, { kind, rights, ended });
    return { otherId, kind, rights, ended };
  },
});

/** Ends what the managing side made, if an agreement has fewer rights than the one it takes the place of. */
async function endWhatLosesRights(tx: Db, agreed: Ends & { rights: string[] }): Promise<DelegatedResources> {
  const { kind, managingId, managedId, rights } = accountRelations;
  const same = and(eq(kind, agreed.kind), eq(managingId, agreed.managingId), eq(managedId, agreed.managedId));
  const [before] = await tx.select({ rights }).from(accountRelations).where(same).for("update");
  if (!before || isCovered(agreed.rights, before.rights)) return noDelegatedResources;
  await endImpersonations(tx, agreed);
  return revokeDelegatedResources(tx, agreed);
}

const writeRelation = (tx: Db, { rights, createdBy, ...ends }: typeof accountRelations.$inferInsert) =>
  tx
    .insert(accountRelations)
    .values({ ...ends, rights, createdBy })
    .onConflictDoUpdate({
      target: [accountRelations.kind, accountRelations.managingId, accountRelations.managedId],
      set: { rights, createdBy, createdAt: sql`now()` },
    });

/** Declines what the other account has proposed, or withdraws what the own one has. */
export const dropProposal = defineOperation({
  name: "relation_proposals.drop",
  summary: "Decline a proposed relationship, or withdraw your own proposal",
  route: "DELETE /relation-proposals/{id}",
  allow: "update:account",
  stepUp: "always",
  input: z.strictObject({ id: proposalId, accountId }),
  output: z.object({ otherId: z.string(), withdrawn: z.boolean().meta({ description: "It was your own" }) }),
  audit: ({ input, output: { otherId, withdrawn } }) => ({
    target: otherId,
    details: { withdrawn, proposal: input.id },
  }),

  async run({ actor, tx, caller, tenant }, { id }) {
    requireOwnAccount(tenant);
    const own = tenant.accountId;
    const [dropped] = await tx
      .delete(relationProposals)
      .where(and(eq(relationProposals.id, id), concerning(own)))
      .returning();
    if (!dropped) throw notFound("proposal");
    const otherId = otherOf(dropped, own);
    const withdrawn = dropped.proposedBy === own;
    await recordForOther({ actor, caller, tenant, tx }, dropProposal.name, otherId, { withdrawn });
    return { otherId, withdrawn };
  },
});

type Table = typeof accountRelations | typeof relationProposals;

const between = (table: Table, kind: Ends["kind"], own: string, other: string) =>
  and(
    eq(table.kind, kind),
    or(
      and(eq(table.managingId, own), eq(table.managedId, other)),
      and(eq(table.managingId, other), eq(table.managedId, own)),
    ),
  );

/** What was proposed before holds no more: it would undo what one side just did. */
const dropProposals = (tx: Db, ...ends: [kind: Ends["kind"], own: string, other: string]) =>
  tx.delete(relationProposals).where(between(relationProposals, ...ends));

/** Takes rights from an agreed relationship, from either side, at once. More takes a proposal. */
export const narrowRelation = defineOperation({
  name: "relations.narrow",
  summary: "Take rights from a relationship that is agreed",
  route: "PATCH /relations/{kind}/{otherId}",
  allow: "update:account",
  stepUp: "always",
  input: z.strictObject({ kind, otherId, accountId, rights: rightsField }),
  output: z.object({ rights: z.array(z.string()), ended }),
  audit: ({ input: { kind, otherId, rights }, output: { ended } }) => ({
    target: otherId,
    details: { kind, rights, ended },
  }),

  async run({ actor, tx, caller, tenant }, { kind, otherId, rights }) {
    requireOwnAccount(tenant);
    assertRightsFitKind(kind, rights);
    await lockRelationships(tx);
    const ends = between(accountRelations, kind, tenant.accountId, otherId);
    const [agreed] = await tx.select().from(accountRelations).where(ends).for("update");
    if (!agreed) throw notFound("relationship");
    assertNarrower(agreed.rights, rights);
    await tx.update(accountRelations).set({ rights }).where(ends);
    await dropProposals(tx, kind, tenant.accountId, otherId);
    await endImpersonations(tx, agreed);
    const ended = await revokeDelegatedResources(tx, agreed);
    await recordForOther({ actor, caller, tenant, tx }, narrowRelation.name, otherId, { kind, rights, ended });
    return { rights, ended };
  },
});

/** Ends a relationship, from either side, at once and everywhere. */
export const endRelation = defineOperation({
  name: "relations.end",
  summary: "End a relationship with another account",
  route: "DELETE /relations/{kind}/{otherId}",
  allow: "update:account",
  stepUp: "always",
  input: z.strictObject({ kind, otherId, accountId }),
  output: z.object({ ended }),
  audit: ({ input: { kind, otherId }, output }) => ({ target: otherId, details: { kind, ...output } }),

  async run({ actor, tx, caller, tenant }, { kind, otherId }) {
    requireOwnAccount(tenant);
    await lockRelationships(tx);
    const [agreed] = await tx
      .delete(accountRelations)
      .where(between(accountRelations, kind, tenant.accountId, otherId))
      .returning();
    if (!agreed) throw notFound("relationship");
    await dropProposals(tx, kind, tenant.accountId, otherId);
    await endImpersonations(tx, agreed);
    const ended = await revokeDelegatedResources(tx, agreed);
    await recordForOther({ actor, caller, tenant, tx }, endRelation.name, otherId, { kind, ended });
    return { ended };
  },
});
