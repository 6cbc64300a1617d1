import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { customerKeys } from "#db/schema/machines.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId, instant, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { isLiveKey } from "./customer-key.ts";

const settings = z.object({
  tokenSeconds: z.int().meta({ description: "How long a token is good, from its issue" }),
  differentTokens: z.boolean().meta({
    description: "Each authorization returns a different token; else the same one for as long as it is good",
  }),
  keyCreatedAt: instant
    .nullable()
    .meta({ description: "Since when there is the present customer key; null: none yet" }),
  formerKeysEndAt: z.array(instant).meta({ description: "When replaced customer keys that are still good end" }),
});

/** How API users sign in. */
export type ApiUserSettings = z.output<typeof settings>;

/** How the API users of an account sign in; the customer key itself is shown by an operation of its own. */
export const getApiUserSettings = defineOperation({
  name: "api_user_settings.get",
  summary: "Read how the API users of an account sign in",
  route: "GET /api-user-settings",
  allow: "get:api_user",
  input: z.strictObject({ accountId }),
  output: settings,

  run: ({ tx, tenant }) => readSettings(tx, tenant),
});

/** Changes how API users sign in. Tokens that are out keep their own end. */
export const updateApiUserSettings = defineOperation({
  name: "api_user_settings.update",
  summary: "Change how long API users' tokens are good, and whether each is a new one",
  route: "PATCH /api-user-settings",
  allow: "update:api_user",
  stepUp: "always",
  input: z
    .strictObject({
      accountId,
      tokenSeconds: z.coerce
        .number("Write a whole number of seconds.")
        .int("Write a whole number of seconds.")
        .min(60, "Give a token 60 seconds at least.")
        .max(86_400, "Give a token 86400 seconds, a day, at most.")
        .optional()
        .meta({ description: "How long a token is good, from its issue: 60 to 86400 seconds", example: 900 }),
      differentTokens: z
        .boolean()
        .optional()
        .meta({ description: "Each authorization returns a different token; else the same one while it is good" }),
    })
    .meta({ examples: [{ tokenSeconds: 900, differentTokens: false }] }),
  output: settings,
  audit: ({ input: { tokenSeconds, differentTokens } }) => ({ details: { tokenSeconds, differentTokens } }),

  async run({ actor, tx, tenant }, { tokenSeconds, differentTokens }) {
    await tx
      .update(accounts)
      .set({
        apiTokenSeconds: tokenSeconds,
        apiTokenFresh: differentTokens,
        modifiedAt: sql`now()`,
        modifiedBy: actor.id,
      })
      .where(eq(accounts.id, tenant.accountId));
    return readSettings(tx, tenant);
  },
});

async function readSettings(tx: Db, { accountId }: Tenant): Promise<ApiUserSettings> {
  const { apiTokenSeconds, apiTokenFresh } = accounts;
  const [account] = await tx
    .select({ apiTokenSeconds, apiTokenFresh })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  if (!account) throw notFound("account");
  const { createdAt, endsAt } = customerKeys;
  const keys = await tx
    .select({ createdAt, endsAt })
    .from(customerKeys)
    .where(and(eq(customerKeys.accountId, accountId), isLiveKey))
    .orderBy(desc(createdAt));
  return {
    tokenSeconds: account.apiTokenSeconds,
    differentTokens: account.apiTokenFresh,
    keyCreatedAt: wire(keys.find((key) => !key.endsAt)?.createdAt ?? null),
    formerKeysEndAt: keys.flatMap((key) => (key.endsAt ? [wire(key.endsAt)] : [])),
  };
}
