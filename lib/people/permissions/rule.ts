import { patternsOf } from "#lib/access/scopes/catalogue.ts";
import { baselineGrant } from "#lib/core/actor.ts";
import { operationsFor, permissionNamed } from "#lib/core/catalogue.ts";
import type { Operation } from "#lib/core/operation.ts";
import { withScope } from "#lib/core/pattern-scopes.ts";
import { coveringIn, decide, type Grant, isWritten, names, ownBaseline } from "#lib/core/permissions.ts";
import { asksForStepUp } from "#lib/core/rules.ts";
import { sentences } from "./sentences.ts";

type Named = { id: string; name: string };

/** A role as somebody holds it, with the way it comes to them. */
type Held = {
  id: string | null;
  name: string;
  permissions: Record<string, string>;
  global: boolean;
  direct: boolean;
  groups: Named[];
};

/** What can decide. */
export const reasons = [
  "allowed",
  "token_ended",
  "cannot_sign_in",
  "not_managed",
  "own_things",
  "session_only",
  "denied",
  "not_granted",
  "scope",
  "not_agreed",
  "not_named",
] as const;

export type Reason = (typeof reasons)[number];

/** What is asked: may this user, or this token of theirs, do this in that account? */
export type Question = {
  permission: string;
  user: { id: string; username: string; fullName: string; accountId: string; canSignIn: boolean };
  /** Is it an API user that is asked about? */
  isProgram: boolean;
  token: (Named & { scopes: string[]; live: boolean }) | null;
  /** null: in managed accounts in general. */
  targetAccountId: string | null;
  roles: Held[];
  /** What the other account has agreed to; undefined when it has agreed to nothing, null in the own one. */
  rights: string[] | null | undefined;
};

/** Entries that are told of those which allow it, and of those which deny it. */
export const maxEntries = 100;

/** Rules on it as every operation is ruled on, and says what decided. */
export function rule(question: Question) {
  const facts = gather(question);
  const reason = reasons.find((reason) => standsAgainst[reason]?.(facts)) ?? "allowed";
  const { user, token: byToken, targetAccountId, permission, carriedBy } = facts;
  const [denials, allowances] = [facts.denials.slice(0, maxEntries), facts.allowances.slice(0, maxEntries)];
  const answer = { user, byToken, targetAccountId, permission, denials, allowances, carriedBy };
  const allowed = reason === "allowed";
  const except = allowed ? [...facts.unnamed, ...facts.byHand].map(({ name }) => name) : [];
  return { ...answer, rights: question.rights ?? null, allowed, reason, sentence: sentences[reason](facts), except };
}

function gather(question: Question) {
  const { user, token, targetAccountId } = question;
  const permission = inFull(question);
  const fits = coveringIn(permission, targetAccountId ?? (permission.includes(":own:") ? user.accountId : undefined));
  const isEveryones = Object.keys(baselineGrant.permissions).some(fits);
  const roles = [...baseline(question, isEveryones).map(heldByAll), ...question.roles];
  const operations = operationsFor(permission);
  const byHand = isByPerson(question) ? [] : operations.filter(isBySession);
  const carriedBy = token?.scopes.filter((scope) => patternsOf([scope]).some(fits)) ?? null;
  return {
    ...question,
    permission,
    denials: entries(roles, (pattern, effect) => effect !== "allowed" && (fits(pattern) || !isWritten(pattern))),
    allowances: entries(roles, (pattern, effect) => effect === "allowed" && fits(pattern)),
    carriedBy,
    isEveryones,
    isCarried: isEveryones || !carriedBy || carriedBy.length > 0,
    isAgreed: !question.rights || question.rights.some(fits),
    operations,
    byHand,
    unnamed: isNamed(question, whatOf(permission))
      ? []
      : operations.filter((one) => asksForStepUp(one) && !isBySession(one)),
  };
}

const whatOf = (permission: string) => permission.split(":").slice(2).join(":");

const isBySession = ({ by }: Operation) => by === "session";

const isByPerson = ({ isProgram, token }: Question) => !isProgram && !token;

/** People step up for what asks for it; of a token a scope has to name it, of an API user a role. */
function isNamed(question: Question, allow: string): boolean {
  if (isByPerson(question)) return true;
  const { token, roles } = question;
  const patterns = token ? patternsOf(token.scopes) : allowedIn(roles);
  return patterns.some((pattern) => names(pattern, allow));
}

const allowedIn = (roles: Held[]) => entries(roles, (_, effect) => effect === "allowed").map(({ pattern }) => pattern);

export type RulingFacts = ReturnType<typeof gather>;

/** What needs no role: of every credential, and of every person. */
function baseline({ isProgram }: Question, isEveryones: boolean): Grant[] {
  if (isEveryones) return [baselineGrant];
  return isProgram ? [] : [ownBaseline];
}

const heldByAll = ({ role, permissions }: Grant): Held => ({
  id: null,
  name: role,
  permissions,
  global: true,
  direct: true,
  groups: [],
});

/** What was asked about in full; what is done in another account needs scope `managed`. */
function inFull({ permission, user, targetAccountId }: Question): string {
  const scope = targetAccountId === user.accountId ? "own" : "managed";
  const [service, , action, resource] = permission.split(":");
  return resource ? `${service}:${scope}:${action}:${resource}` : permissionNamed(permission, scope);
}

/** Is it what every person looks after themselves, and no API user? */
const isOwnThing = (permission: string) => decide([ownBaseline], null, withScope(permission, "own")).allowed;

const entries = (roles: Held[], fits: (pattern: string, effect: string) => boolean) =>
  roles.flatMap(({ id, name, global, direct, groups, permissions }) =>
    Object.entries(permissions)
      .filter(([pattern, effect]) => fits(pattern, effect))
      .map(([pattern]) => ({ role: { id, name, global }, pattern, direct, groups })),
  );

/** What stands against it; asked in the order of the reasons. */
const standsAgainst: Partial<Record<Reason, (facts: RulingFacts) => boolean>> = {
  token_ended: ({ token }) => token !== null && !token.live,
  cannot_sign_in: ({ user }) => !user.canSignIn,
  not_managed: ({ rights }) => rights === undefined,
  own_things: ({ isProgram, isEveryones, permission }) => isProgram && !isEveryones && isOwnThing(permission),
  session_only: ({ operations, byHand }) => byHand.length > 0 && byHand.length === operations.length,
  denied: ({ denials }) => denials.length > 0,
  not_granted: ({ allowances }) => allowances.length === 0,
  scope: ({ isCarried }) => !isCarried,
  not_agreed: ({ isAgreed }) => !isAgreed,
  not_named: ({ operations, unnamed, byHand }) =>
    unnamed.length > 0 && unnamed.length + byHand.length === operations.length,
};
