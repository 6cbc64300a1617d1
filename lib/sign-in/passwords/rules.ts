/**
 * The password profiles: what a page can tick while somebody types, and the server enforces again. Pure, so that the
 * browser shares it.
 */
export type Rule = { code: string; words: string; holds(password: string): boolean };

const special = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/;

/** Characters, not bytes and not UTF-16 units. */
const lengthOf = (password: string) => [...password].length;

/**
 * How many of the four kinds there are: upper case, lower case, digits, special characters. Letters of
 * scripts without case count as whichever case is missing; alone they are one kind.
 */
export function kindsOf(password: string): number {
  const upper = /[\p{Lu}\p{Lt}]/u.test(password) ? 1 : 0;
  const lower = /\p{Ll}/u.test(password) ? 1 : 0;
  const caseless = /[\p{Lo}\p{Lm}]/u.test(password) ? 1 : 0;
  const digit = /\p{Nd}/u.test(password) ? 1 : 0;
  return Math.min(2, upper + lower + caseless) + digit + (special.test(password) ? 1 : 0);
}

/**
 * The first word of `context` (names, addresses) that a password holds. Words of three letters are let be: there are
 * too many passwords with them.
 */
export function contextWord(password: string, context: string[]): string | undefined {
  const words = ["latchkey", ...context.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))];
  return words.find((word) => word.length >= 4 && password.toLowerCase().includes(word));
}

/** What keeps {@link contextWord} from finding one. */
export const contextRule = "Without your name, e-mail address or account name";

const atLeast = (least: number): Rule => ({
  code: "too_short",
  words: `At least ${least} characters`,
  holds: (password) => lengthOf(password) >= least,
});

/** The profile `classic`. */
export const rules: Rule[] = [
  atLeast(12),
  {
    code: "too_few_kinds",
    words: "Three of: upper case, lower case, digit, special character",
    holds: (password) => kindsOf(password) >= 3,
  },
];

/**
 * The rules of a profile. `nist` (SP 800-63B-4) asks for length alone: 15 characters, 12 where the account requires a
 * second factor.
 */
export function rulesOf({ profile, secondFactor }: { profile: "classic" | "nist"; secondFactor: boolean }): Rule[] {
  return profile === "classic" ? rules : [atLeast(secondFactor ? 12 : 15)];
}

/** What only the server can judge, in the words the pages list. */
export const commonRule = "Not a commonly used password";
export const historyRule = "Not your current password, nor one of the four before it";
