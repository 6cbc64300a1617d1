import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { gateways } from "#db/schema/tokens.ts";
import { lockAgreement } from "#lib/access/agreement.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId, instant, line, name, page, pageQuery, secretOnce, uuid, wire } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertQuota } from "#lib/core/quota.ts";
import { takenBy } from "#lib/core/unique.ts";

/** How many an account may have. */
const maxGateways = 100;

const gatewayName = name(100).meta({ description: "Unique among the account's gateways", example: "api.example.com" });

const wireGateway = z.object({
  id: z.uuid().meta({ description: "The user name of its Basic credential" }),
  accountId: z.string(),
  name: z.string(),
  preview: z.string().meta({ description: "How the secret begins and ends", example: "lk_gtw_…x3Fq" }),
  lastUsedAt: instant.nullable().meta({ description: "When it last asked, to five minutes" }),
  createdAt: instant,
  createdBy: z.uuid().nullable(),
});

/** A gateway as it may be seen again: never its secret. */
export type Gateway = z.output<typeof wireGateway>;

const present = (row: typeof gateways.$inferSelect) => ({
  ...row,
  preview: `lk_gtw_…${row.lastFour}`,
  lastUsedAt: wire(row.lastUsedAt),
  createdAt: wire(row.createdAt),
});

const key = sql`lower(${gateways.name})`;

/** Lists the gateways of an account, by name. */
export const listGateways = defineOperation({
  name: "gateways.list",
  summary: "List the gateways that may ask about an account's tokens",
  route: "GET /gateways",
  allow: "list:gateway",
  input: z.strictObject({
    accountId,
    search: line(100).optional().meta({ description: "Part of the name" }),
    ...pageQuery,
  }),
  output: page(wireGateway),

  async run({ tx, tenant }, { search, limit, cursor }) {
    const paging = keysetPage(["gateways", tenant.accountId, search], { limit, cursor }, [key, gateways.id]);
    const rows = await tx
      .select({ gateway: gateways, position: paging.position })
      .from(gateways)
      .where(and(eq(gateways.accountId, tenant.accountId), matching(search), paging.after))
      .orderBy(paging.order)
      .limit(paging.atMost);
    return paging.answer(rows, ({ gateway }) => present(gateway));
  },
});

function matching(search: string | undefined) {
  if (!search) return undefined;
  return sql`${key} like ${containing(search.toLowerCase())}`;
}

/** Makes a gateway. Refuses a name that is taken, and `limit_reached` at a hundred. */
export const createGateway = defineOperation({
  name: "gateways.create",
  summary: "Make a gateway; its secret is in this answer and nowhere else",
  route: "POST /gateways",
  allow: "create:gateway",
  stepUp: "always",
  idempotencyKey: true,
  limit: { name: "gateway_create", points: 60, seconds: 3600 },
  input: z.strictObject({ accountId, name: gatewayName }).meta({ examples: [{ name: "api.example.com" }] }),
  output: wireGateway.extend({ secret: secretOnce() }),
  audit: ({ output }) => ({ target: output.id, details: { name: output.name } }),

  async run({ actor, tx, tenant }, { name }) {
    await lockAgreement(tx, tenant, actor.accountId);
    await requireQuota(tx, tenant.accountId);
    const secret = mintSecret("gtw");
    const stored = { secretHash: hashSecret(secret), lastFour: secret.slice(-4) };
    const [made] = await tx
      .insert(gateways)
      .values({ accountId: tenant.accountId, name, ...stored, createdBy: actor.id, createdFrom: actor.accountId })
      .returning()
      .catch(nameTaken);
    if (!made) throw new Error("no gateway was made");
    return { ...present(made), secret };
  },
});

/** The account is held first, so that two at once do not both take the last place. */
async function requireQuota(tx: Db, accountId: string) {
  await tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, accountId)).for("no key update");
  await assertQuota(
    tx,
    gateways,
    eq(gateways.accountId, accountId),
    maxGateways,
    `This account has ${maxGateways} gateways, the most it may have. Delete one.`,
  );
}

const nameTaken = takenBy("gateways_name_once", "The account has a gateway of this name. Choose another.");

/** Deletes a gateway: it is told nothing any more. */
export const deleteGateway = defineOperation({
  name: "gateways.delete",
  summary: "Delete a gateway, at once and for good",
  route: "DELETE /gateways/{gatewayId}",
  allow: "delete:gateway",
  stepUp: "always",
  input: z.strictObject({ accountId, gatewayId: uuid().meta({ description: "The gateway's id" }) }),
  output: z.object({ name: z.string() }),
  audit: ({ input, output }) => ({ target: input.gatewayId, details: { name: output.name } }),

  async run({ tx, tenant }, { gatewayId }) {
    const here = and(eq(gateways.id, gatewayId), eq(gateways.accountId, tenant.accountId));
    const [gone] = await tx.delete(gateways).where(here).returning({ name: gateways.name });
    if (!gone) throw notFound("gateway");
    return gone;
  },
});
