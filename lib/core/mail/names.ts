import { env } from "#lib/env.ts";

/**
 * How long a name may be that a stranger chose, in UTF-16 units: longer ones are advertisements, or names of few
 * people.
 */
const maxStrangersName = 60;

/** Dots as browsers read them in the name of a host (UTS 46), once the text is NFKC. */
const dot = "[.。]";
/** What the end of a host begins with, which is two letters long at least. */
const ending = String.raw`\p{L}[\p{L}\p{M}\p{N}-]+`;

/** What a program that shows mail makes a link of, or a reader would type or dial. */
const contacts = [
  `://|www${dot}`,
  String.raw`\b(?:https?|hxxps?|ftp|mailto|tel|sms|callto|skype|whatsapp|tg|javascript|data):`,
  // evil.example, 💩.la, evil .com, evil . com
  String.raw`[^\s.。](?:\s*${dot}|\s+${dot}\s+)${ending}`,
  // evil(.)com, evil [dot] com, evil dot com
  String.raw`[([{<]\s*(?:${dot}|dot)\s*[)\]}>]`,
  String.raw`\sdot\s+(?:com|net|org|info|biz|io|co|app)\b`,
  String.raw`\S@\S`,
  String.raw`\d+(?:${dot}\d+){3}`,
  // +49 900, 0900-123456; no years from one to another, nor digits that belong to a word
  String.raw`\+\s*\d(?:[\s()./-]*\d){3}`,
  String.raw`(?<![\p{L}\p{N}_-])(?!(?:19|20)\d\d\s*[-/–]\s*(?:19|20)\d\d(?!\d))\d(?:[\s()./–-]*\d){6}`,
];
const contact = new RegExp(contacts.join("|"), "iu");

/** Titles and initials, up to four in a row, that people write before a surname without a space. */
const titled =
  /(?<![\p{L}\p{M}\p{N}.-])(?:(?:Dr|Prof|Mag|Ing|Dipl|Mrs?|Ms|Mx|Fr|Sr|St|Ste|Sta|Hr|Md|Mohd|\p{Lu})\.){1,4}(?=(\p{Lu}\p{Ll}{2,})(?![\p{L}\p{N}.。-]))/gu;

/**
 * Ends of hosts that would pass for a surname, as in `X.Page`; without those that many people are called, as Kim and
 * Day.
 */
const hostEndings = new Set(
  [
    "app blog buzz cash chat click club cool dating deals email expert family finance fund games gift help host info life link live loan loans",
    "love media money name news online page party photo pics plus poker porn press prime promo rent review rocks sale save sexy shop shopping",
    "art bar bet bid bio biz bot box cab cam car cat ceo cfd com dad dev dog eco edu fit foo fun fyi gay gov how icu inc ink int llc ltd mba",
    "med men mil mom mov net new ngo now one ong onl ooo org pet phd pro pub red rip run sbs sex ski soy spa srl tax tel top uno vet vin vip",
    "wed win wow wtf xxx xyz you zip ком орг рус укр бел мкд срб",
    "show site space store style support team tech tips today tools trade trading vegas video vote website wiki wine work world zone casino bingo",
  ].flatMap((line) => line.split(" ")),
);

const withoutTitles = (name: string): string =>
  name.replace(titled, (title, surname: string) => (hostEndings.has(surname.toLowerCase()) ? title : ""));

/**
 * A name as it may stand in a mail to somebody who is a stranger to whoever chose it; undefined where it is long, or
 * looks like the address of a page, of mail or of a phone, or holds one: nobody advertises in our mails (I-80).
 */
export const nameForStranger = (name: string): string | undefined => {
  const shown = name.normalize("NFKC").replace(/\p{Cf}/gu, "");
  return shown.length > maxStrangersName || contact.test(withoutTitles(shown)) ? undefined : name;
};

/** How a mail to a stranger begins. */
export const greeting = (fullName: string): string => {
  const name = nameForStranger(fullName);
  return name === undefined ? "Hello," : `Hello ${name},`;
};

/**
 * What a mail to a stranger calls an account: by its name, or by the host of this portal where that looks like a page.
 */
export const accountWords = (name: string): string => nameForStranger(name) ?? new URL(env().APP_URL).host;
