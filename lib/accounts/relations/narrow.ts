import { z } from "zod";
import { accountRelations } from "#db/schema/accounts.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { lockRelationships } from "./cycles.ts";
import { revokeDelegatedResources } from "./delegated-resources.ts";
import { endImpersonations } from "./impersonations.ts";
import { assertRightsFitKind, between, dropProposals, relationEnded, rightsField } from "./proposals.ts";
import { kind, otherId, recordForOther, requireOwnAccount } from "./relation.ts";
import { assertNarrower } from "./rights.ts";

/** Takes rights from an agreed relationship, from either side, at once. More takes a proposal. */
export const narrowRelation = defineOperation({
  name: "relations.narrow",
  summary: "Take rights from a relationship that is agreed",
  route: "PATCH /relations/{kind}/{otherId}",
  allow: "update:account",
  stepUp: "always",
  input: z.strictObject({ kind, otherId, accountId, rights: rightsField }),
  output: z.object({ rights: z.array(z.string()), ended: relationEnded }),
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
