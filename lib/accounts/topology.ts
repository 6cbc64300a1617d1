import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { asSystem, type Db } from "#db/client.ts";
import { accountRelations, accounts } from "#db/schema/accounts.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { tenantsFor } from "#lib/core/tenant.ts";
import { type Account, presentAccount, wireAccount } from "./account.ts";

const relationships = ["managed", "managing"] as const;

type Relationship = (typeof relationships)[number];

/** An account with those it manages, or those that manage it, each again with theirs. */
export type Topology = Account & { managed?: Topology[]; managing?: Topology[] };

/** The accounts below, each stripped of what does not belong there as the one above is. */
const below: z.ZodType<Topology[], unknown> = z
  .array(z.unknown())
  .transform((inner) => inner.map((one) => node.parse(one)))
  .meta({ description: "Accounts of the same shape, each with its own, down to the last" });

const node = wireAccount.extend({ managed: below.optional(), managing: below.optional() });

/** Where a tree is cut off. No agreement makes circles, but one account may stand in many places. */
const deepest = 16;
const maxAccounts = 20_000;

/**
 * The account and, below it, those that it manages or is managed by, as one tree of the accounts that the asker may act
 * in: their own, and those it manages directly.
 */
export const readTopology = defineOperation({
  name: "accounts.topology",
  summary: "Read the tree of accounts below an account, or above it",
  route: "GET /accounts/{accountId}/topology",
  allow: "get:account",
  input: z.strictObject({
    accountId,
    relationship: z
      .enum(relationships)
      .default("managed")
      .meta({ description: "managed: those below; managing: those above" }),
  }),
  output: z.object({ topology: node }),

  async run({ actor, tx, tenant }, { relationship }) {
    const open = await tenantsFor(readTopology, actor);
    const { rows, edges } = await asSystem(tx, (tx) => readGraph(tx, open));
    const byId = new Map(rows.map((row) => [row.id, row]));
    const children = childrenOf(edges, relationship);
    let drawn = 0;
    const treeFrom = (id: string, depth: number): z.input<typeof node>[] => {
      const row = byId.get(id);
      if (!row || ++drawn > maxAccounts) return [];
      const next = depth < deepest ? (children.get(id) ?? []) : [];
      return [{ ...presentAccount(row), [relationship]: next.flatMap((child) => treeFrom(child, depth + 1)) }];
    };
    const [root] = treeFrom(tenant.accountId, 0);
    if (!root) throw new Error("an account that is acted in is open");
    return { topology: root };
  },
});

type Edge = { managingId: string; managedId: string };

/** All that is open to the asker, and how it hangs together: two queries, however deep it is. */
async function readGraph(tx: Db, open: string[]) {
  const isOpen = (column: typeof accountRelations.managingId | typeof accountRelations.managedId) =>
    sql`${column} = any(${sql.param(open)}::text[])`;
  const rows = await tx
    .select()
    .from(accounts)
    .where(sql`${accounts.id} = any(${sql.param(open)}::text[])`)
    .orderBy(accounts.id);
  const { managingId, managedId } = accountRelations;
  const edges = await tx
    .select({ managingId, managedId })
    .from(accountRelations)
    .where(and(eq(accountRelations.kind, "managed"), isOpen(managingId), isOpen(managedId)))
    .orderBy(managingId, managedId);
  return { rows, edges };
}

function childrenOf(edges: Edge[], relationship: Relationship): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const { managingId, managedId } of edges) {
    const [from, to] = relationship === "managed" ? [managingId, managedId] : [managedId, managingId];
    const known = children.get(from);
    if (known) known.push(to);
    else children.set(from, [to]);
  }
  return children;
}
