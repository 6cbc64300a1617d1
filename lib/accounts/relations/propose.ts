import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { relationProposals } from "#db/schema/accounts.ts";
import { badField, conflict } from "#lib/core/errors.ts";
import { accountId, instant, line, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { notifyProposal } from "./notices.ts";
import { assertRightsFitKind, rightsField } from "./proposals.ts";
import { endsOf, kind, otherId, recordForOther, requireOwnAccount, side } from "./relation.ts";
import { requireMayAgree } from "./rights.ts";

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
