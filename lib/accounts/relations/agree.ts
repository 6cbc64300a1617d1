import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accountRelations, relationProposals } from "#db/schema/accounts.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertAcyclic, lockRelationships } from "./cycles.ts";
import { type DelegatedResources, noDelegatedResources, revokeDelegatedResources } from "./delegated-resources.ts";
import { endImpersonations } from "./impersonations.ts";
import { concerning } from "./list.ts";
import { proposalId, relationEnded } from "./proposals.ts";
import { type Ends, kind, otherOf, recordForOther, requireOwnAccount } from "./relation.ts";
import { isCovered, requireMayAgree, requireOfferStands } from "./rights.ts";

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
  output: z.object({ otherId: z.string(), kind, rights: z.array(z.string()), ended: relationEnded }),
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
