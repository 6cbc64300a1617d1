import { randomInt } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { asSystem, type Db, withTenant } from "#db/client.ts";
import { accountRelations, accounts, relationProposals } from "#db/schema/accounts.ts";
import { auditEntries } from "#db/schema/audit.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notFound, Refusal } from "#lib/core/errors.ts";
import { accountId, email, name } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { makeFounder } from "#lib/people/users/create.ts";
import { wireUser } from "#lib/people/users/wire.ts";
import { location, presentAccount, wireAccount } from "./account.ts";
import { recordForOther, requireOwnAccount } from "./relations/relation.ts";

const everything = "*:managed:*:*";

/**
 * Makes an account that the own one manages: whoever makes it has agreed for both sides. Its first administrator is
 * invited by mail. Refuses `user_exists`.
 */
export const createAccount = defineOperation({
  name: "accounts.create",
  summary: "Make an account that yours manages, with its first administrator",
  route: "POST /accounts",
  allow: "create:account",
  stepUp: "always",
  idempotencyKey: true,
  limit: { name: "accounts_create", points: 30, seconds: 3600 },
  input: z
    .strictObject({
      accountId,
      name: name(100).meta({ description: "The company's or team's name" }),
      defaultLocation: location
        .optional()
        .meta({ description: "Where its data lives; as in your account if left out" }),
      administratorName: name(100).meta({ description: "The name of its first administrator" }),
      administratorEmail: email.meta({ description: "Where the first administrator is invited" }),
    })
    .meta({
      examples: [{ name: "Zenith", administratorName: "Dan Ruiz", administratorEmail: "dan@example.org" }],
    }),
  output: z.object({ account: wireAccount, administrator: wireUser }),
  audit: ({ output: { account, administrator } }) => ({
    target: account.id,
    details: { name: account.name, administrator: administrator.id },
  }),

  async run({ actor, tx, caller, tenant }, { name, defaultLocation, administratorName, administratorEmail }) {
    requireOwnAccount(tenant);
    const home = defaultLocation ?? (await locationOf(tx, tenant.accountId));
    const account = await asSystem(tx, (tx) =>
      insertAccount(tx, actor, { name, defaultLocation: home, locations: [home] }),
    );
    const ends = { kind: "managed", managingId: tenant.accountId, managedId: account.id } as const;
    await tx.insert(accountRelations).values({ ...ends, rights: [everything], createdBy: actor.id });
    await recordForOther({ actor, caller, tenant, tx }, createAccount.name, account.id, { rights: [everything] });
    const first = { fullName: administratorName, email: administratorEmail };
    return { account: presentAccount(account), administrator: await invite(tx, actor, account.id, first) };
  },
});

async function locationOf(tx: Db, own: string): Promise<string> {
  const [account] = await tx.select({ home: accounts.defaultLocation }).from(accounts).where(eq(accounts.id, own));
  if (!account) throw notFound("account");
  return account.home;
}

type New = { name: string; defaultLocation: string; locations: string[] };

/** Under a number that nothing was ever said of: neither a proposal nor an old entry waits for it (I-32). */
async function insertAccount(tx: Db, { id: createdBy }: Actor, account: New) {
  const by = { createdBy, modifiedBy: createdBy };
  for (;;) {
    const id = String(randomInt(10_000_000, 100_000_000));
    if (await isKnown(tx, id)) continue;
    const [made] = await tx
      .insert(accounts)
      .values({ id, ...account, ...by })
      .onConflictDoNothing()
      .returning();
    if (made) return made;
  }
}

async function isKnown(tx: Db, id: string): Promise<boolean> {
  const { rows } = await tx.execute<{ known: boolean }>(sql`select
    exists (select from ${auditEntries} where account_id = ${id})
    or exists (select from ${relationProposals} where ${id} in (managing_id, managed_id)) as known`);
  return rows[0]?.known ?? true;
}

/** In the new account. */
function invite(tx: Db, actor: Actor, accountId: string, first: Parameters<typeof makeFounder>[3]) {
  const tenant = { accountId, rights: [everything], visibleAccountIds: [accountId] };
  return withTenant(tx, tenant.visibleAccountIds, (tx) => makeFounder(tx, actor, tenant, first)).catch(atOurField);
}

/** Their address stands in another field here. */
function atOurField(error: unknown): never {
  const [wrong] = error instanceof Refusal ? (error.details.errors ?? []) : [];
  if (!(error instanceof Refusal) || !wrong) throw error;
  const errors = [{ ...wrong, pointer: "/administratorEmail" }];
  throw new Refusal(error.code, error.message, { ...error.details, errors });
}
