import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { apiUserSecrets, apiUsers } from "#db/schema/machines.ts";
import { lockAgreement } from "#lib/access/agreement.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { notifySecret, tellOthers } from "#lib/access/issued/notices.ts";
import { requireOverUser, requireRightsOverUser } from "#lib/access/over/rights-over.ts";
import type { Actor } from "#lib/core/actor.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { mintSecret } from "#lib/core/crypto/secrets.ts";
import { conflict, notFound, Refusal } from "#lib/core/errors.ts";
import { accountId, secretOnce, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { nameOf } from "#lib/people/users/insert.ts";
import { rulesIn } from "#lib/sign-in/passwords/policy.ts";
import { assertStrongPassword } from "#lib/sign-in/passwords/weaknesses.ts";
import { apiUserId, givenSecret } from "./fields.ts";
import { isApiUserHere } from "./list.ts";
import { shareRights } from "./membership.ts";

const maxSecrets = 2;

/** A secret that was made here, to be shown once; null for one that was brought along. */
export const createdSecret = secretOnce()
  .nullable()
  .meta({ secret: true, description: "Shown this once; null for one that you brought along" });

type Whose = Record<"login" | "name" | "surname" | "email", string>;

/** A secret that may be given: its slow hash, and itself where it was made here and is to be shown. */
type Ready = { hash: string; secret: string | null };

/**
 * The secret brought along, by the account's password rules, or a new one. Hashed before anything is locked: an API
 * user's address keeps every other new address waiting.
 */
export async function readySecret({ tenant, tx }: Grantor, whose: Whose, given: string | undefined): Promise<Ready> {
  if (given !== undefined) await assertIdentityAvailable(tx, tenant.accountId, whose, given);
  const secret = given ?? mintSecret("aus");
  return { hash: await hashPassword(secret), secret: given === undefined ? secret : null };
}

/** Gives an API user a secret; its id. */
export async function giveSecret({ actor, tenant, tx }: Grantor, id: string, { hash }: Ready): Promise<string> {
  await lockAgreement(tx, tenant, actor.accountId);
  const maker = { createdBy: actor.id, createdFrom: actor.accountId };
  const values = { accountId: tenant.accountId, apiUserId: id, hash, ...maker };
  const [made] = await tx.insert(apiUserSecrets).values(values).returning({ id: apiUserSecrets.id });
  if (!made) throw new Error("no secret was made");
  return made.id;
}

async function assertIdentityAvailable(tx: Db, account: string, { login, name, surname, email }: Whose, given: string) {
  const context = [login, name, surname, email, await nameOf(tx, account)];
  assertStrongPassword(given, context, "secret", await rulesIn(tx, account));
}

/** Refuses an API user that would change itself: what it may do and how it signs in is for people (I-29). */
export function rejectIfSelf({ id }: Actor, apiUser: string): void {
  if (id === apiUser) throw new Refusal("own_user");
}

const secretId = uuid().meta({ description: "The secret's id" });

/**
 * Gives an API user a second secret, so that a program can change over while the first is still good. Refuses
 * `limit_reached` at two, and whoever may do less than the API user: they could sign in as it.
 */
export const addApiUserSecret = defineOperation({
  name: "api_users.add_secret",
  summary: "Give an API user a second secret, beside the one it has",
  route: "POST /api-users/{apiUserId}/secrets",
  allow: "update:api_user",
  stepUp: "always",
  idempotencyKey: true,
  by: "session",
  input: z.strictObject({ apiUserId, accountId, secret: givenSecret }).meta({ examples: [{}] }),
  output: z.object({ id: z.uuid().meta({ description: "The secret's id" }), secret: createdSecret }),
  audit: ({ input, output }) => ({ target: input.apiUserId, details: { addedSecret: output.id } }),

  async run(context, { apiUserId, secret }) {
    const user = await hold(context, apiUserId);
    const held = await secretsOf(context, apiUserId);
    if (held.length >= maxSecrets)
      throw new Refusal("limit_reached", "It has two secrets, the most there may be. Drop one.");
    const ready = await readySecret(context, user, secret);
    await shareRights(context);
    await requireOverUser(context, apiUserId);
    const id = await giveSecret(context, apiUserId, ready);
    await notifySecret(context, user);
    await tellOthers(context, user, "got another secret");
    return { id, secret: ready.secret };
  },
});

/** Drops one of two secrets, and with it the tokens that were got with it. Refuses to drop the last. */
export const dropApiUserSecret = defineOperation({
  name: "api_users.drop_secret",
  summary: "Drop one of an API user's two secrets, and end the tokens that were got with it",
  route: "DELETE /api-users/{apiUserId}/secrets/{secretId}",
  allow: "update:api_user",
  stepUp: "always",
  by: "session",
  input: z.strictObject({ apiUserId, secretId, accountId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.apiUserId, details: { droppedSecret: input.secretId } }),

  async run(context, { apiUserId, secretId }) {
    await requireRightsOverUser(context, apiUserId, "administrative");
    const user = await hold(context, apiUserId);
    const held = await secretsOf(context, apiUserId);
    if (!held.includes(secretId)) throw notFound("secret");
    if (held.length === 1)
      throw conflict("This is its only secret. Add another one first, or deactivate the API user.");
    await tellOthers(context, user, "lost a secret");
    await context.tx.delete(apiUserSecrets).where(and(ofUser(context, apiUserId), eq(apiUserSecrets.id, secretId)));
    return {};
  },
});

/** Whoever changes its secrets holds the API user, so that of two at once the second sees what the first has done. */
async function hold({ tx, tenant }: Grantor, id: string) {
  const [user] = await tx.select().from(apiUsers).where(isApiUserHere(tenant, id)).for("update");
  if (!user) throw notFound("API user");
  return user;
}

const ofUser = ({ tenant }: Grantor, id: string) =>
  and(eq(apiUserSecrets.apiUserId, id), eq(apiUserSecrets.accountId, tenant.accountId));

async function secretsOf(by: Grantor, id: string): Promise<string[]> {
  const rows = await by.tx
    .select({ id: apiUserSecrets.id })
    .from(apiUserSecrets)
    .where(ofUser(by, id))
    .orderBy(asc(apiUserSecrets.createdAt));
  return rows.map(({ id }) => id);
}
