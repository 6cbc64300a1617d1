import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { translations } from "@zxcvbn-ts/language-en";
import commonWords from "@zxcvbn-ts/language-en/dist/commonWords.json.mjs";
import { contextWord } from "#lib/sign-in/passwords/rules.ts";

/** What zxcvbn makes of a password: 0 (guessed at once) to 4, a word for it, and what would help. */
export type Advice = { score: number; words: string; hints: string[] };

const words = ["very weak", "weak", "fair", "good", "strong"];

// Names and Wikipedia's words would double the weight; the names that matter come with each question. Beyond
// 64 characters the estimate takes seconds and says nothing new.
const estimator = new ZxcvbnFactory({
  dictionary: { ...dictionary, "commonWords-en": commonWords },
  graphs: adjacencyGraphs,
  translations,
  maxLength: 64,
  l33tMaxSubstitutions: 20,
});

/** Estimates a password; `about` are texts with words that stand near to this person. */
export function advise(password: string, about: string): Advice {
  const near = about.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);
  const { score, feedback } = estimator.check(password, near);
  const hints = [feedback.warning, ...feedback.suggestions].filter((hint) => typeof hint === "string");
  const known = contextWord(password, [about]);
  return known ? personal(known) : { score, words: words[score] ?? "", hints };
}

// The estimator counts a known name as one weak part among others; the portal refuses it.
const personal = (word: string) => ({
  score: 1,
  words: "weak",
  hints: [`Leave out "${word}": it is easy to guess for you.`],
});
