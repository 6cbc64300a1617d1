import { and, desc, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { z } from "zod";
import { asSystem } from "#db/client.ts";
import { accounts, relationProposals } from "#db/schema/accounts.ts";
import { accountId, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { concerning, proposal, toRelation } from "./list.ts";
import { otherOf, requireOwnAccount } from "./relation.ts";

const maxPageSize = 100;

/** The relationships of the own account that were proposed and not answered yet, newest first; 100 at most. */
export const listProposals = defineOperation({
  name: "relation_proposals.list",
  summary: "List the relationships that wait for an answer, yours or the other account's",
  route: "GET /relation-proposals",
  allow: "get:account",
  input: z.strictObject({ accountId }),
  output: z.object({ items: z.array(proposal) }),

  async run({ tx, tenant }) {
    requireOwnAccount(tenant);
    const own = tenant.accountId;
    const proposer = alias(accounts, "proposer");
    // Who proposes is named to whom they propose it to: the two have nothing to do with each other yet.
    const rows = await asSystem(tx, (tx) =>
      tx
        .select({ proposal: relationProposals, proposer: proposer.name })
        .from(relationProposals)
        .innerJoin(proposer, eq(proposer.id, relationProposals.proposedBy))
        .where(and(concerning(own), sql`${relationProposals.expiresAt} > now()`))
        .orderBy(desc(relationProposals.createdAt), desc(relationProposals.id))
        .limit(maxPageSize),
    );
    return { items: rows.map((row) => present(row, own)) };
  },
});

type ProposalRow = { proposal: typeof relationProposals.$inferSelect; proposer: string };

function present({ proposal, proposer }: ProposalRow, own: string) {
  const incoming = proposal.proposedBy !== own;
  return {
    ...toRelation(proposal, own),
    id: proposal.id,
    incoming,
    account: { id: otherOf(proposal, own), name: incoming ? proposer : null },
    message: proposal.message,
    createdAt: wire(proposal.createdAt),
    expiresAt: wire(proposal.expiresAt),
  };
}
