import { env } from "#lib/env.ts";

/** Dots as browsers read them in the name of a host (UTS 46), once the text is NFKC. */
const dot = "[.。]";
const letters = String.raw`[\p{L}\p{M}\p{N}]`;

/** `https://…`, `www.…`, `evil.example/win`, `10.0.0.1`: what a program that shows mail makes a link of, or a reader would type. */
const pageLike = new RegExp(
  String.raw`://|www${dot}|${letters}[\p{L}\p{M}\p{N}-]*${dot}(?:\p{L}[\p{L}\p{M}\p{N}-]+)|\d+(?:${dot}\d+){3}`,
  "iu",
);

/**
 * A name as it may stand in a mail to somebody who is a stranger to whoever chose it; undefined where it looks like the
 * address of a page, or holds one: nobody advertises in our mails (I-80).
 */
export const nameForStranger = (name: string): string | undefined =>
  pageLike.test(name.normalize("NFKC").replace(/\p{Cf}/gu, "")) ? undefined : name;

/** How a mail to a stranger begins. */
export const greeting = (fullName: string): string => {
  const name = nameForStranger(fullName);
  return name === undefined ? "Hello," : `Hello ${name},`;
};

/** What a mail to a stranger calls an account: by its name, or by the host of this portal where that looks like a page. */
export const accountWords = (name: string): string => nameForStranger(name) ?? new URL(env().APP_URL).host;
