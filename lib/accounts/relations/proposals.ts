import { and, eq, or } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { type accountRelations, relationProposals } from "#db/schema/accounts.ts";
import { badField } from "#lib/core/errors.ts";
import { uuid } from "#lib/core/fields.ts";
import { delegatedResources } from "./delegated-resources.ts";
import type { Ends } from "./relation.ts";
import { rights } from "./rights.ts";

export const rightsField = rights.meta({
  description: "What the managing side may do at all: permission patterns of scope `managed`; none for bills_to",
  examples: [["*:managed:*:*"]],
});

export function assertRightsFitKind(kind: Ends["kind"], rights: string[]) {
  if (kind === "managed" && !rights.length) throw badField("rights", "none", "Name at least one right.");
  if (kind === "bills_to" && rights.length) throw badField("rights", "no_rights", "Who pays gets no rights by it.");
}

export const relationEnded = delegatedResources.meta({
  description: "What the managing side had made in the managed account, and what ended",
});

export const proposalId = uuid().meta({ description: "The proposal's id" });

type Table = typeof accountRelations | typeof relationProposals;

export const between = (table: Table, kind: Ends["kind"], own: string, other: string) =>
  and(
    eq(table.kind, kind),
    or(
      and(eq(table.managingId, own), eq(table.managedId, other)),
      and(eq(table.managingId, other), eq(table.managedId, own)),
    ),
  );

/** What was proposed before holds no more: it would undo what one side just did. */
export const dropProposals = (tx: Db, ...ends: [kind: Ends["kind"], own: string, other: string]) =>
  tx.delete(relationProposals).where(between(relationProposals, ...ends));
