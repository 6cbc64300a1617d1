import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { managesTokens } from "#lib/access/scopes/catalogue.ts";
import type { Actor } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";

/**
 * Must what this actor makes be narrower than what they came with? People give what is theirs, and so does a token
 * where the account's policy `keysMayCreateKeys` is `owner`.
 */
export async function mustBeNarrower(tx: Db, { credential, accountId }: Actor): Promise<boolean> {
  if (credential.kind !== "token") return false;
  const { id, keysMayCreateKeys } = accounts;
  const [account] = await tx.select({ keysMayCreateKeys }).from(accounts).where(eq(id, accountId));
  return account?.keysMayCreateKeys !== "owner";
}

/**
 * Refuses `privilege_escalation` to a token what it would give beyond its own: scopes, the power to make tokens, a
 * later end (I-24).
 */
export function requireNarrower({ credential }: Actor, names: string[], end: Date | null): void {
  if (credential.kind !== "token") return;
  const foreign = names.filter((name) => !credential.scopes.includes(name));
  if (foreign.length) throw beyondToken("scopes", `This token does not hold ${foreign.join(", ")} itself.`);
  if (managesTokens(names)) throw beyondToken("scopes", "A token cannot make tokens that make tokens.");
  const outlives = credential.expiresAt && (!end || end > credential.expiresAt);
  if (outlives) throw beyondToken("expiresAt", "A token cannot make one that outlives it.", "too_late");
}

/** A token would give more than it has. */
export const beyondToken = (field: string, message: string, code = "beyond_own") =>
  new Refusal("privilege_escalation", message, { errors: [{ pointer: `/${field}`, code, message }] });
