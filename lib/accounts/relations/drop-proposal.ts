import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { relationProposals } from "#db/schema/accounts.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { concerning } from "./list.ts";
import { proposalId } from "./proposals.ts";
import { otherOf, recordForOther, requireOwnAccount } from "./relation.ts";

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
