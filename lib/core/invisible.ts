/**
 * What comes along when text is copied and means nothing in a name: soft hyphen, zero-width space, word joiner, BOM.
 */
const pasted = /[\u00AD\u200B\u2060\uFEFF]/gu;

// Letters that join, or do not, by a joiner between them; signs that end a syllable, which one beside them may shape.
const cursive = "\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Nkoo}\\p{scx=Mand}\\p{scx=Mong}\\p{scx=Phag}\\p{scx=Rohg}";
const virama = "\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D4D\\u0DCA\\u1039\\u17D2\\u1B44\\uA9C0";
const pictures = "\\p{Extended_Pictographic}";

/**
 * Where a joiner means something: in cursive scripts after a letter, beside a sign that ends a syllable (UAX #31, A1,
 * A2 and B; a word of Malayalam may end in one), and between the pictures that make up one emoji (UTS #51).
 */
const joinerInPlace = new RegExp(
  [
    `(?<=[${cursive}])[\\u200C\\u200D](?=[${cursive}])`,
    `(?<=[${cursive}])\\u200D`,
    `(?<=[${virama}])[\\u200C\\u200D]`,
    `(?<=\\p{L})\\u200D(?=[${virama}])`,
    `(?<=[${pictures}\\p{Emoji_Modifier}\\uFE0F])\\u200D(?=${pictures})`,
  ].join("|"),
  "gu",
);

const joiners = /[\u200C\u200D]/gu;
const repeatedJoiners = /([\u200C\u200D])[\u200C\u200D]+/gu;

/**
 * Text of one Unicode form (NFC), its ends trimmed, without what is pasted along unseen; joiners stay where they mean
 * something. What else cannot be seen is left for {@link isVisible} to find.
 */
export function tidy(text: string): string {
  const kept = text.replace(pasted, "").replace(repeatedJoiners, "$1");
  return withoutStrayJoiners(kept).normalize("NFC").trim();
}

function withoutStrayJoiners(text: string): string {
  const inPlace = new Set(Array.from(text.matchAll(joinerInPlace), ({ index }) => index));
  return text.replace(joiners, (joiner, place: number) => (inPlace.has(place) ? joiner : ""));
}

/** The flags of England, Scotland and Wales: a black flag and letters that are not shown. */
const flagsOfLetters =
  /\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}/gu;

const unseen =
  /(?!\u200C|\u200D|\p{Variation_Selector})[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const everyUnseen = new RegExp(unseen, "gu");
const seen = /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Is there nothing in this tidy line that cannot be seen, or that turns the direction in which it is read? */
export const isVisible = (tidied: string): boolean => !unseen.test(tidied.replace(flagsOfLetters, ""));

/** Is there anything to be seen in it? */
export const hasContent = (tidied: string): boolean => seen.test(tidied);

/** A tidy line without what {@link isVisible} would refuse. */
export const seenOf = (text: string): string => tidy(text).replace(everyUnseen, "").trim();

const ignorable = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * For what is compared and not only read: one form for all that look alike (NFKC), without what is not shown, joiners
 * included.
 */
export const bareText = (text: string): string =>
  text.normalize("NFKC").replace(ignorable, "").normalize("NFKC").trim();
