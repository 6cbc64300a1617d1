import { desc, eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { tokenUses } from "#db/schema/tokens.ts";
import { programOf } from "#lib/core/agents.ts";
import { instant, wire } from "#lib/core/fields.ts";

const shown = { network: 5, routes: 20, refusal: 20 };

const counted = {
  program: z.string().nullable().meta({ description: "What used it there last", example: "curl" }),
  firstAt: instant,
  lastAt: instant,
  count: z.int().meta({ description: "How often" }),
};

/** What a token was used for. It is written some seconds after a use. */
export const tokenUsage = z.object({
  networks: z
    .array(z.object({ network: z.string(), ...counted }))
    .meta({ description: "The last five networks: a /24 of IPv4, a /48 of IPv6" }),
  routes: z
    .array(z.object({ group: z.string().meta({ example: "me/tokens" }), ...counted }))
    .meta({ description: "The parts of the API" }),
  refusals: z
    .array(
      z.object({
        code: z.string().meta({ description: "Why; `address_logged`: let in, as it only keeps record of addresses" }),
        address: z.string().nullable().meta({ description: "From where, when that is why" }),
        ...counted,
      }),
    )
    .meta({ description: "What it was refused for" }),
});

export type TokenUsage = z.output<typeof tokenUsage>;

/** What a token was used for, last things first. */
export async function readUsage(tx: Db, tokenId: string): Promise<z.input<typeof tokenUsage>> {
  const rows = await tx.select().from(tokenUses).where(eq(tokenUses.tokenId, tokenId)).orderBy(desc(tokenUses.lastAt));
  const last = (kind: keyof typeof shown) => rows.filter((row) => row.kind === kind).slice(0, shown[kind]);
  return {
    networks: last("network").map((row) => ({ network: row.what, ...facts(row) })),
    routes: last("routes").map((row) => ({ group: row.what, ...facts(row) })),
    refusals: last("refusal").map((row) => ({ ...reasonOf(row.what), ...facts(row) })),
  };
}

type TokenUseRow = typeof tokenUses.$inferSelect;

const facts = ({ agent, firstAt, lastAt, count }: TokenUseRow) => ({
  program: programOf(agent),
  firstAt: wire(firstAt),
  lastAt: wire(lastAt),
  count,
});

function reasonOf(what: string) {
  const [code = "", address = null] = what.split(" ");
  return { code, address };
}
