import type { RestOperation } from "#lib/core/operation.ts";
import { account, manage, type Person, person, type RoleName } from "./cast.ts";
import { aimsToken, type Headers } from "./credentials.ts";
import { byNone, byScope, idleToken, ofToken, session, token, type Verdict } from "./presentations.ts";

/** Somebody who asks for an operation in the account of somebody else, or in their own. */
export type Visitor = {
  name: string;
  /** Who asks, given whose account it is to happen in. */
  comes(host: Person): Promise<Person>;
  headers(who: Person, operation: RestOperation): Promise<Headers>;
  verdict(operation: RestOperation): Verdict;
};

const actionOf = ({ allow }: RestOperation) => allow.slice(0, allow.indexOf(":"));

/**
 * What the contract says of the global roles (RO1), in the words of an operation, beside one's own things, which need
 * no role.
 */
const may: Partial<Record<RoleName, (operation: RestOperation) => boolean>> = {
  "Power User": (operation) =>
    operation.about !== undefined || !["create", "update", "delete", "grant", "revoke"].includes(actionOf(operation)),
  "Read Only": (operation) => operation.about !== undefined || ["list", "get"].includes(actionOf(operation)),
  Administrator: () => true,
};

/**
 * What is said to who acts in a managed account, of operations that are refused there: for what concerns an account and
 * others its own people speak, and nobody is asked about who is not of it.
 */
const saidAbroad: Record<string, string> = {
  "accounts.create": "forbidden",
  "relations.narrow": "forbidden",
  "relations.end": "forbidden",
  "relation_proposals.list": "forbidden",
  "relation_proposals.create": "forbidden",
  "relation_proposals.agree": "forbidden",
  "relation_proposals.drop": "forbidden",
  "permissions.explain": "invalid_fields",
};

type Comes = Visitor["comes"];
type Rule = (operation: RestOperation) => Verdict;

/** What needs no role. */
const forEverybody = new Set(["signed-in", "verify:credential"]);

const granted =
  (role: RoleName): Rule =>
  (operation) =>
    forEverybody.has(operation.allow) || may[role]?.(operation) ? "ok" : "forbidden";

const carried =
  (role: RoleName, isCarried: (allow: string) => boolean): Rule =>
  (operation) =>
    ofToken(() => granted(role)(operation) === "ok", isCarried)(operation);

/** What is allowed by right is refused all the same where it is not for who acts in a managed account. */
const abroad =
  (rule: Rule): Rule =>
  (operation) =>
    rule(operation) === "ok" ? (saidAbroad[operation.name] ?? "ok") : rule(operation);

/** The ways to come: with a session, an AIMS token, a token that has the scope, and one that has not. */
function eachWay(who: string, comes: Comes, role: RoleName, seen: (rule: Rule) => Rule): Visitor[] {
  return [
    { name: `${who}'s session`, comes, headers: session, verdict: seen(granted(role)) },
    { name: `${who}'s AIMS token`, comes, headers: aimsToken, verdict: seen(granted(role)) },
    { name: `${who}'s token`, comes, headers: token, verdict: seen(carried(role, byScope)) },
    { name: `${who}'s token without the scope`, comes, headers: idleToken, verdict: seen(carried(role, byNone)) },
  ];
}

const atHome = (rule: Rule) => rule;
const nowhere = (): Rule => () => "not_found";
const colleague =
  (role: RoleName): Comes =>
  (host) =>
    person(host.accountId, [role]);

async function manager({ accountId }: Person): Promise<Person> {
  const managing = await account("Managing");
  await manage(managing, accountId);
  return person(managing, ["Administrator"]);
}

const stranger: Comes = async () => person(await account("Other"), ["Administrator"]);

/** Who may look at much and change little, at home. */
export const colleagues: Visitor[] = [
  ...eachWay("a power user", colleague("Power User"), "Power User", atHome),
  ...eachWay("a reader", colleague("Read Only"), "Read Only", atHome),
];

/** Everybody who may come to ask for something in an account. */
export const visitors: Visitor[] = [
  ...colleagues,
  ...eachWay("a managing administrator", manager, "Administrator", abroad),
  ...eachWay("another account's administrator", stranger, "Administrator", nowhere),
];
