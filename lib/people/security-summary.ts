import { and, count, countDistinct, eq, isNull, ne, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { recoveryCodes } from "#db/schema/factors.ts";
import { accessKeys, apiUserSecrets } from "#db/schema/machines.ts";
import { sessions } from "#db/schema/sessions.ts";
import { tokens } from "#db/schema/tokens.ts";
import { hasSecondFactor } from "#lib/core/freshness.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { isLive } from "#lib/tokens/token.ts";

/** What there is to be secured: what "Secure my account" lists, counted. */
export const getSecurity = defineOperation({
  name: "secure.get",
  summary: "Count what could be ended or renewed to secure your account",
  route: "GET /me/secure",
  allow: "signed-in",
  input: z.strictObject({}),
  output: z.object({
    otherSessions: z.int(),
    liveTokens: z.int().meta({ description: "API tokens that still open something" }),
    accessKeys: z.int().meta({ description: "Access keys with which programs sign in as you" }),
    apiUsers: z
      .array(z.object({ accountId: z.string(), accountName: z.string(), count: z.int() }))
      .meta({ description: "API users of which you made a secret, which you may have kept, by account" }),
    recoveryCodesLeft: z
      .int()
      .nullable()
      .meta({ description: "null without a second factor: there is nothing to recover" }),
  }),

  async run({ actor, tx }) {
    const { id, credential } = actor;
    const others = and(eq(sessions.userId, id), ne(sessions.id, credential.id), sql`${sessions.expiresAt} > now()`);
    const [open] = await tx.select({ n: count() }).from(sessions).where(others);
    const [live] = await tx
      .select({ n: count() })
      .from(tokens)
      .where(and(eq(tokens.userId, id), isLive));
    const codes = hasSecondFactor(actor) ? await codesLeft(tx, id) : null;
    const keys = await tx.$count(accessKeys, eq(accessKeys.userId, id));
    return {
      otherSessions: open?.n ?? 0,
      liveTokens: live?.n ?? 0,
      accessKeys: keys,
      apiUsers: await withSecretsOf(tx, id),
      recoveryCodesLeft: codes,
    };
  },
});

async function codesLeft(tx: Db, userId: string): Promise<number> {
  const [left] = await tx
    .select({ n: count() })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt)));
  return left?.n ?? 0;
}

const withSecretsOf = (tx: Db, userId: string) =>
  tx
    .select({
      accountId: accounts.id,
      accountName: accounts.name,
      count: countDistinct(apiUserSecrets.apiUserId),
    })
    .from(apiUserSecrets)
    .innerJoin(accounts, eq(accounts.id, apiUserSecrets.accountId))
    .where(eq(apiUserSecrets.createdBy, userId))
    .groupBy(accounts.id)
    .orderBy(accounts.name);
