import { and, eq, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accountRelations, accounts, relationProposals } from "#db/schema/accounts.ts";
import { accountId, instant, page, pageQuery, wire } from "#lib/core/fields.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { tenantsFor } from "#lib/core/tenant.ts";
import { countDelegatedResources, delegatedResources } from "./delegated-resources.ts";
import { kind, side, sideOf } from "./relation.ts";
import { rightInWords } from "./rights.ts";

const terms = z.object({
  kind,
  side: side.meta({ description: "What the account asked about is in it" }),
  rights: z.array(z.string()).meta({ description: "What the managing side may do at all, as permission patterns" }),
  rightsInWords: z.array(z.string()),
});

const relation = terms.extend({
  account: z.object({ id: z.string(), name: z.string() }).meta({ description: "The account at the other end" }),
  createdAt: instant,
  made: delegatedResources
    .extend({ people: z.int().meta({ description: "They stay" }) })
    .nullable()
    .meta({
      description: "What people of the managing account made in the own, managed one; null where that is not asked",
    }),
});

/** An agreed relationship, told from one end. */
export type Relation = z.output<typeof relation>;

/** What an account has agreed on with others, by their names. In a managed account, only what is open to the asker. */
export const listRelations = defineOperation({
  name: "relations.list",
  summary: "List the relationships that an account has with others",
  route: "GET /relations",
  allow: "get:account",
  input: z.strictObject({
    accountId,
    kind: kind.optional(),
    side: side.optional(),
    ...pageQuery,
  }),
  output: page(relation),

  async run({ actor, tx, tenant }, { limit, cursor, kind, side }) {
    const own = tenant.accountId;
    const open = tenant.rights && (await tenantsFor("list:account", actor));
    const by = [key, accounts.id, accountRelations.kind];
    const paging = keysetPage([actor.id, "relations", own, kind ?? null, side ?? null], { limit, cursor }, by);
    const rows = await tx
      .select({
        relation: accountRelations,
        account: { id: accounts.id, name: accounts.name },
        position: paging.position,
      })
      .from(accountRelations)
      .innerJoin(accounts, eq(accounts.id, otherEnd(own)))
      .where(
        and(
          atEnd(own, side),
          kind && eq(accountRelations.kind, kind),
          open ? sql`${accounts.id} = any(${sql.param(open)}::text[])` : undefined,
          paging.after,
        ),
      )
      .orderBy(paging.order)
      .limit(paging.atMost);
    const made = tenant.rights
      ? new Map()
      : await madeBy(
          tx,
          own,
          rows.map(({ relation }) => relation),
        );
    return paging.answer(rows, ({ relation, account }) => ({
      ...toRelation(relation, own),
      account,
      made: made.get(relation) ?? null,
      createdAt: wire(relation.createdAt),
    }));
  },
});

/** What was made in the own account by those that manage it: few do. */
async function madeBy(tx: Db, own: string, relations: (typeof accountRelations.$inferSelect)[]) {
  const managing = relations.filter(({ kind, managedId }) => kind === "managed" && managedId === own);
  const counts = new Map<unknown, z.output<typeof relation>["made"]>();
  for (const one of managing) counts.set(one, await countDelegatedResources(tx, one));
  return counts;
}

const key = sql<string>`lower(${accounts.name})`;

const otherEnd = (own: string) => sql`case when ${accountRelations.managingId} = ${own}
  then ${accountRelations.managedId} else ${accountRelations.managingId} end`;

function atEnd(own: string, side: z.output<typeof relation>["side"] | undefined): SQL | undefined {
  const ends = { managing: eq(accountRelations.managingId, own), managed: eq(accountRelations.managedId, own) };
  return side ? ends[side] : or(ends.managing, ends.managed);
}

type RelationshipRow = Pick<typeof accountRelations.$inferSelect, "kind" | "managingId" | "managedId" | "rights">;

export const toRelation = ({ kind, rights, ...ends }: RelationshipRow, own: string) => ({
  kind,
  rights,
  rightsInWords: rights.map(rightInWords),
  side: sideOf(ends, own),
});

export const proposal = terms.extend({
  id: z.uuid(),
  incoming: z.boolean().meta({ description: "It waits for your answer; else for the other account's" }),
  account: z
    .object({ id: z.string(), name: z.string().nullable().meta({ description: "Who proposes says so; else null" }) })
    .meta({ description: "The account at the other end" }),
  message: z.string(),
  createdAt: instant,
  expiresAt: instant,
});

/** A relationship that waits for one side's answer. */
export type Proposal = z.output<typeof proposal>;

/** Proposals by an account or to it. */
export const concerning = (own: string) =>
  or(eq(relationProposals.managingId, own), eq(relationProposals.managedId, own));
