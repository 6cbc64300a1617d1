import { z } from "zod";
import { readPattern } from "#db/administration-service.ts";
import type { Db } from "#db/client.ts";
import type { relationProposals } from "#db/schema/accounts.ts";
import { type Holder, requireMayGrant } from "#lib/access/granting/grant-rules.ts";
import { loadPrincipal } from "#lib/access/principal/load-principal.ts";
import { badField, conflict, Refusal } from "#lib/core/errors.ts";
import { covers, decide, permissionOf } from "#lib/core/permissions.ts";

const grammar = /^(\*|[a-z][a-z0-9_-]*):managed:(\*|[a-z][a-z0-9_-]*):(\*|[a-z][a-z0-9_-]*)$/;

/**
 * What the managing side may do at all, as patterns of scope `managed`; its own people need roles that allow it
 * besides.
 */
export const rights = z
  .array(z.string().max(200).regex(grammar, "Write service:managed:action:resource, each part a word or *."))
  .max(50, "Name at most 50.")
  .transform((patterns) => [...new Set(patterns.map(readPattern))].sort());

/** Common sets of rights, as a form offers them. */
export const rightsOffered: Record<string, { words: string; hint: string; rights: string[] }> = {
  all: {
    words: "Administer it entirely",
    hint: "Everything that an administrator of the account may do, but speak for it in relationships.",
    rights: ["*:managed:*:*"],
  },
  read: {
    words: "Read everything, change nothing",
    hint: "Users, groups, roles, policies and the audit log.",
    rights: ["*:managed:get:*", "*:managed:list:*"],
  },
  people: {
    words: "Look after users and groups",
    hint: "Invite, change, lock and delete them; grant and revoke roles that are there.",
    rights: [
      "admin:managed:*:group",
      "admin:managed:*:user",
      "admin:managed:get:role",
      "admin:managed:grant:role",
      "admin:managed:list:role",
      "admin:managed:revoke:role",
    ],
  },
  account: {
    words: "Change its name and policies",
    hint: "Second factors, passwords, sessions and tokens, and whether the account is active.",
    rights: ["admin:managed:get:account", "admin:managed:list:account", "admin:managed:update:account"],
  },
};

const verbs: Record<string, string> = {
  "*": "do everything with",
  list: "list",
  get: "read",
  create: "make",
  update: "change",
  delete: "delete",
  grant: "grant",
  revoke: "revoke",
};

const things: Record<string, string> = {
  "*": "everything",
  account: "the account and its policies",
  audit: "the audit log",
  access_key: "access keys",
};

/** A right in words: "Read users". */
export function rightInWords(pattern: string): string {
  const [service = "", , action = "", resource = ""] = pattern.split(":");
  const what = things[resource] ?? `${resource.replaceAll("_", " ")}s`;
  const said = action === "*" && resource === "*" ? "do everything" : `${verbs[action] ?? action} ${what}`;
  const where = ["*", "admin"].includes(service) ? "" : ` of ${service}`;
  return said.charAt(0).toUpperCase() + said.slice(1) + where;
}

/**
 * Refuses to let another account do what the person who agrees to it may not do themselves (I-29): their roles must
 * hold each right in their own account, and where it is a token that asks, its scopes too.
 */
export function requireMayAgree(by: Holder, wanted: string[]): Promise<void> {
  const here = wanted.map((pattern) => [pattern.replace(":managed:", ":own:"), "allowed"]);
  return requireMayGrant(by, {}, Object.fromEntries(here));
}

/** Refuses rights that are not all within those agreed on before. */
export function assertNarrower(before: string[], after: string[]): void {
  const wider = after.find((pattern) => !before.some((agreed) => covers(agreed, pattern)));
  const message = `${wider} goes beyond what was agreed. Propose it: the other account has to agree.`;
  if (wider) throw badField("rights", "wider", message);
}

/** Do these rights take nothing away from those of before? */
export const isCovered = (rights: string[], before: string[]): boolean =>
  before.every((pattern) => rights.some((right) => covers(right, pattern)));

type ProposalRow = Pick<typeof relationProposals.$inferSelect, "createdBy" | "proposedBy" | "managedId" | "rights">;

/** Refuses what somebody proposed who may do so no more: they left, or hold less than they did. */
export async function requireOfferStands(
  tx: Db,
  { createdBy, proposedBy, managedId, rights }: ProposalRow,
): Promise<void> {
  const proposer = createdBy ? await loadPrincipal(tx, createdBy) : undefined;
  const may = proposer && decide(proposer.grants, null, permissionOf("update:account")).allowed;
  if (!may || proposer.accountId !== proposedBy) throw meantNoMore();
  if (managedId !== proposedBy) return;
  const tenant = { accountId: proposedBy, rights: null, visibleAccountIds: [proposedBy] };
  await requireMayAgree({ actor: proposer, tenant, tx }, rights).catch((refusal) => {
    throw refusal instanceof Refusal ? meantNoMore() : refusal;
  });
}

const meantNoMore = () =>
  conflict("Who proposed this may not do so any more. Ask the other account to propose it anew.");
