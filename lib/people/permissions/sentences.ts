import type { Operation } from "#lib/core/operation.ts";
import type { Reason, RulingFacts } from "./rule.ts";

export const sentences: Record<Reason, (facts: RulingFacts) => string> = {
  allowed: (facts) => `Yes: ${wayOf(facts.allowances)} allows it${butNot(facts)}`,
  denied: (facts) => `No: ${wayOf(facts.denials)} denies it, and a denial beats every allowance.`,
  not_granted: () => "No: none of the roles allows it.",
  scope: ({ allowances, token }) =>
    `No: ${wayOf(allowances)} allows it, but no scope of the token ${token?.name} carries it.`,
  not_managed: () => "No: the user's account does not manage that one.",
  not_agreed: ({ allowances }) =>
    `No: ${wayOf(allowances)} allows it, but that account has not agreed to it by the user's.`,
  cannot_sign_in: () => "No: the user cannot sign in at present, whatever their roles.",
  own_things: () =>
    "No: people's own things, such as profiles and tokens, are closed to API users, whatever their roles.",
  session_only: () => "No: only a signed-in person does it; no token and no API user, whatever its scopes and roles.",
  not_named: (facts) => `No: ${wayOf(facts.allowances)} allows it, but does not name it. ${wordsOfNaming(facts)}`,
  token_ended: () => "No: the token is revoked or past its end.",
};

/** What it does not allow all the same. */
function butNot(facts: RulingFacts): string {
  const { unnamed, byHand } = facts;
  const kept = [
    ...(unnamed.length ? [`${summariesOf(unnamed)}. ${wordsOfNaming(facts)}`] : []),
    ...(byHand.length ? [`${summariesOf(byHand)}. ${wordsOfHands}`] : []),
  ];
  return kept.length ? `, but not: ${kept.join(" Nor: ")}` : ".";
}

const summariesOf = (operations: Operation[]) => operations.map(({ summary }) => summary).join("; ");

const wordsOfHands = "Only a signed-in person does that, whatever a token's scopes and an API user's roles.";

const wordsOfNaming = ({ token }: RulingFacts) =>
  `What people confirm by step-up, ${token ? `a scope of the token ${token.name}` : "a role of the API user"} has to name; a wildcard is not enough.`;

/** The entry that decided, and how it comes to the user. */
function wayOf([first]: RulingFacts["allowances"]): string {
  if (!first) return "";
  const through = first.groups.map(({ name }) => name).join(", ");
  const way = first.direct ? "" : `, held through ${first.groups.length > 1 ? "the groups" : "the group"} ${through},`;
  return `the entry ${first.pattern} of the role ${first.role.name}${way}`;
}
