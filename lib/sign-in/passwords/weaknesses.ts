import { dictionary } from "@zxcvbn-ts/language-common";
import { badField } from "#lib/core/errors.ts";
import type { PasswordRules } from "./policy.ts";
import { contextWord, rulesOf } from "./rules.ts";

/** What a new account asks of passwords. */
export const classic: PasswordRules = { profile: "classic", secondFactor: false };

/** Refuses a password that the account's profile does not allow, naming each rule it breaks. */
export function assertStrongPassword(
  candidate: string,
  context: string[],
  field = "newPassword",
  asked = classic,
): void {
  const broken = weaknesses(candidate, context, asked);
  if (broken[0]) throw badField(field, broken[0].code, broken.map(({ message }) => message).join(" "));
}

/** Each rule of the profile that a password breaks. `context` are words it must not hold: names and addresses. */
export function weaknesses(candidate: string, context: string[], asked = classic): { code: string; message: string }[] {
  const broken = rulesOf(asked).filter((rule) => !rule.holds(candidate));
  const found = broken.map(({ code, words }) => ({ code, message: `Needed: ${words.toLowerCase()}.` }));
  const word = contextWord(candidate, context);
  if (word) found.push({ code: "context_word", message: `Leave out "${word}": it is easy to guess for you.` });
  if (isCommon(candidate))
    found.push({ code: "common_password", message: "This password is on the list of common ones." });
  return found;
}

let common: Set<string> | undefined;

/** Gathered when a password is first chosen: the words are many, and most processes never need them. */
function commonWords(): Set<string> {
  common ??= new Set(Object.values(dictionary).flatMap((words) => words.map((word) => String(word).toLowerCase())));
  return common;
}

function isCommon(candidate: string): boolean {
  const common = commonWords();
  const bare = candidate.toLowerCase();
  const core = bare.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return common.has(bare) || (core.length >= 4 && core.length >= bare.length - 5 && common.has(core));
}
