import { randomInt } from "node:crypto";

/** Letters and digits that nobody takes for one another when they are read out. */
const alphabet = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY3479";

/** A password to hand over, good once: five groups of four, of 111 random bits. */
export const mintOneTimePassword = (): string => Array.from({ length: 5 }, group).join("-");

const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join("");
