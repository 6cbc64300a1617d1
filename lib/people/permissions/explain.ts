import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { readPattern } from "#db/administration-service.ts";
import type { Db } from "#db/client.ts";
import { accountRelations, accounts } from "#db/schema/accounts.ts";
import { apiUsers } from "#db/schema/machines.ts";
import { tokens } from "#db/schema/tokens.ts";
import { users } from "#db/schema/users.ts";
import { rolesHeldBy } from "#lib/access/roles/grants.ts";
import type { Actor } from "#lib/core/actor.ts";
import { type Allow, authorize } from "#lib/core/authorize.ts";
import { badField, notFound } from "#lib/core/errors.ts";
import { accountId, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { isLive } from "#lib/tokens/token.ts";
import { maxEntries, type Question, reasons, rule } from "./rule.ts";

const asked = /^([a-z][a-z0-9_-]*:(own|managed):)?[a-z][a-z0-9_-]*:[a-z][a-z0-9_-]*$/;

const entry = z.object({
  role: z.object({ id: z.uuid().nullable(), name: z.string(), global: z.boolean() }),
  pattern: z.string().meta({ description: "The entry of the role that covers what was asked about" }),
  direct: z.boolean().meta({ description: "Granted to the user, rather than to a group" }),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })).meta({ description: "Groups it comes through" }),
});

/** Why somebody may do something, or may not. */
export const explanation = z.object({
  allowed: z.boolean(),
  reason: z.enum(reasons).meta({ description: "What decided" }),
  sentence: z.string().meta({ description: "The same in words" }),
  except: z.array(z.string()).meta({
    description:
      "Operations that it does not allow all the same: people confirm them and no scope or role names them, or only a signed-in person does them",
  }),
  permission: z.string().meta({ description: "What was asked about, in full", example: "admin:own:create:user" }),
  user: z.object({ id: z.uuid(), username: z.string(), fullName: z.string() }),
  byToken: z.object({ id: z.uuid(), name: z.string(), scopes: z.array(z.string()) }).nullable(),
  targetAccountId: z.string().nullable().meta({ description: "Where; null for managed accounts in general" }),
  allowances: z.array(entry).meta({ description: `What allows it, the one that decided first: ${maxEntries} at most` }),
  denials: z.array(entry).meta({ description: `What denies it, the one that decided first: ${maxEntries} at most` }),
  rights: z
    .array(z.string())
    .nullable()
    .meta({ description: "What the managed account has agreed to; null elsewhere" }),
  carriedBy: z.array(z.string()).nullable().meta({ description: "The token's scopes that carry it; null without one" }),
});

export type Explanation = z.output<typeof explanation>;

/**
 * Says whether somebody may do something, and which rule decides: for a user, for a token, or for oneself. Asking about
 * others needs to read users, too.
 */
export const explainPermission = defineOperation({
  name: "permissions.explain",
  summary: "Explain why a user or a token may do something, or may not",
  route: "GET /permissions/explain",
  allow: "get:role",
  input: z.strictObject({
    accountId,
    permission: z
      .string()
      .max(200)
      .regex(asked, "Write action:resource, or service:own|managed:action:resource, without wildcards.")
      .transform(readPattern)
      .meta({ description: "`action:resource`, or `service:own|managed:action:resource`", example: "create:user" }),
    userId: uuid().optional().meta({ description: "A user of the account; yourself when left out" }),
    apiUserId: uuid().optional().meta({ description: "An API user of the account, in place of a user" }),
    tokenId: uuid().optional().meta({ description: "A token of theirs, to count in what its scopes leave" }),
    targetAccountId: z
      .string()
      .regex(/^[1-9][0-9]{7}$/, "An account id is 8 digits.")
      .optional()
      .meta({ description: "Where it would be done: the user's account when left out, or one that it manages" }),
  }),
  output: explanation,

  async run({ actor, tx, tenant }, { permission, userId, apiUserId, tokenId, targetAccountId }) {
    if (userId && apiUserId) throw badField("apiUserId", "one_of_two", "Ask about a user or about an API user.");
    const token = tokenId ? await readToken(tx, tenant, tokenId) : ownToken(actor, userId ?? apiUserId);
    const id = apiUserId ?? userId ?? token?.userId ?? actor.id;
    if (token && token.userId !== id) throw notFound("token");
    const isProgram = apiUserId !== undefined || (id === actor.id && actor.credential.kind === "api_user");
    requireMayExplain(actor, tenant, id, isProgram ? "get:api_user" : "get:user");
    const user = await (isProgram ? readProgram : readUser)(tx, tenant, id);
    const question: Question = {
      permission,
      user: { ...user, accountId: tenant.accountId },
      isProgram,
      token: token ?? null,
      targetAccountId: targetAccountId ?? (permission.includes(":managed:") ? null : tenant.accountId),
      roles: await rolesHeldBy(tx, tenant, id),
      rights: await rightsIn(tx, tenant, targetAccountId),
    };
    return rule(question);
  },
});

function requireMayExplain(actor: Actor, tenant: Tenant, id: string, allow: Allow) {
  if (id !== actor.id) return authorize({ allow }, actor, tenant);
  const message = "Name a user of that account. About yourself, ask with targetAccountId in place of accountId.";
  if (tenant.rights) throw badField("userId", "required", message);
}

type Token = NonNullable<Question["token"]> & { userId: string };

/** Who asks about themselves with a token asks what they may with it. */
function ownToken({ id, credential }: Actor, userId: string | undefined): Token | undefined {
  if (userId !== undefined || credential.kind !== "token") return undefined;
  return { id: credential.id, name: credential.name, scopes: credential.scopes, live: true, userId: id };
}

async function readToken(tx: Db, { accountId }: Tenant, tokenId: string): Promise<Token> {
  const { id, name, scopes, userId } = tokens;
  const [token] = await tx
    .select({ id, name, scopes, userId, live: isLive })
    .from(tokens)
    .where(and(eq(tokens.id, tokenId), eq(tokens.accountId, accountId)));
  if (!token) throw notFound("token");
  return token;
}

async function readUser(tx: Db, { accountId }: Tenant, id: string) {
  const { username, fullName } = users;
  const [user] = await tx
    .select({ id: users.id, username, fullName, canSignIn })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(and(eq(users.id, id), eq(users.accountId, accountId)));
  if (!user) throw notFound("user");
  return user;
}

/** An API user as the one it is asked about; it comes in while it is in a group. */
async function readProgram(tx: Db, { accountId }: Tenant, id: string) {
  const isGrouped = sql`exists (select from api_user_groups m where m.api_user_id = ${apiUsers.id})`;
  const [program] = await tx
    .select({
      id: apiUsers.id,
      username: apiUsers.login,
      fullName: sql<string>`${apiUsers.name} || ' ' || ${apiUsers.surname}`,
      canSignIn: sql<boolean>`(${apiUsers.active} and ${accounts.active} and ${isGrouped})`,
    })
    .from(apiUsers)
    .innerJoin(accounts, eq(accounts.id, apiUsers.accountId))
    .where(and(eq(apiUsers.id, id), eq(apiUsers.accountId, accountId)));
  if (!program) throw notFound("API user");
  return program;
}

const canSignIn = sql<boolean>`(${users.active} and ${accounts.active} and not ${users.notificationsOnly}
  and coalesce(${users.lockedUntil} <= now(), true))`;

/** What another account has agreed to; undefined when the user's account does not manage it, null in the own one. */
async function rightsIn(tx: Db, { accountId }: Tenant, targetAccountId: string | undefined) {
  if (targetAccountId === undefined || targetAccountId === accountId) return null;
  const managed = and(eq(accountRelations.managingId, accountId), eq(accountRelations.managedId, targetAccountId));
  const [relation] = await tx
    .select({ rights: accountRelations.rights })
    .from(accountRelations)
    .where(and(managed, eq(accountRelations.kind, "managed")));
  return relation?.rights;
}
