import { z } from "zod";
import { accountRelations } from "#db/schema/accounts.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { lockRelationships } from "./cycles.ts";
import { revokeDelegatedResources } from "./delegated-resources.ts";
import { endImpersonations } from "./impersonations.ts";
import { between, dropProposals, relationEnded } from "./proposals.ts";
import { kind, otherId, recordForOther, requireOwnAccount } from "./relation.ts";

/** Ends a relationship, from either side, at once and everywhere. */
export const endRelation = defineOperation({
  name: "relations.end",
  summary: "End a relationship with another account",
  route: "DELETE /relations/{kind}/{otherId}",
  allow: "update:account",
  stepUp: "always",
  input: z.strictObject({ kind, otherId, accountId }),
  output: z.object({ ended: relationEnded }),
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
