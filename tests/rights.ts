import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Allow } from "#lib/core/authorize.ts";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { type Person, person, sql } from "./cast.ts";
import { asPerson } from "./credentials.ts";

type Permissions = Record<string, string>;

const told = { "admin:own:list:role": "allowed" };

/** Makes a role of an account; its id. */
export async function roleRow(accountId: string, permissions: Permissions = told, name: string = randomUUID()) {
  const [made] = await sql<{ id: string }>(
    "insert into roles (account_id, name, permissions) values ($1, $2, $3) returning id",
    accountId,
    name,
    permissions,
  );
  return made?.id ?? "";
}

/** Makes a group of an account, with these members and roles; its id. */
export async function groupRow(accountId: string, members: string[] = [], roleIds: string[] = []) {
  const [made] = await sql<{ id: string }>(
    "insert into groups (account_id, name) values ($1, $2) returning id",
    accountId,
    randomUUID(),
  );
  const id = made?.id ?? "";
  for (const userId of members)
    await sql("insert into group_members (group_id, account_id, user_id) values ($1, $2, $3)", id, accountId, userId);
  for (const roleId of roleIds)
    await sql("insert into group_roles (group_id, account_id, role_id) values ($1, $2, $3)", id, accountId, roleId);
  return id;
}

/** Gives somebody a role by its id. */
export const give = (userId: string, roleId: string) =>
  sql("insert into user_roles (user_id, role_id) values ($1, $2)", userId, roleId);

/** The id of a global role. */
export async function globalRole(name: string): Promise<string> {
  const [role] = await sql<{ id: string }>("select id from roles where name = $1 and account_id is null", name);
  return role?.id ?? "";
}

/** Somebody of an account who holds a role of their own, with these permissions. */
export async function holder(accountId: string, permissions: Permissions): Promise<Person> {
  const who = await person(accountId, []);
  await give(who.id, await roleRow(accountId, permissions));
  return who;
}

/** Has somebody do something in a fresh session; the answer. */
export async function by<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  who: Person,
  operation: Operation<I, O, A>,
  input: object,
): Promise<z.output<O>> {
  return (await execute(operation, await asPerson(who), input)).output;
}

/** Permissions that allow these patterns. */
export const allow = (...patterns: string[]): Permissions =>
  Object.fromEntries(patterns.map((pattern) => [pattern, "allowed"]));

/** Permissions that deny these patterns. */
export const deny = (...patterns: string[]): Permissions =>
  Object.fromEntries(patterns.map((pattern) => [pattern, "denied"]));
