import { domainToASCII } from "node:url";
import { tidy } from "./invisible.ts";

/**
 * RFC 5321, Dot-string, of which no part is quoted: signs that a mail system takes as they are, in no need of escaping.
 */
const local = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

/** RFC 5321, Domain: of one label (`mailhost`, in a company's own network) or several, the last no number. */
const domain = /^(?!(?:.*\.)?\d+$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;

/** Letters of any script, with which a domain may be written. */
const written = /^(?:[\p{L}\p{M}\p{N}.。．｡-]|\u200C|\u200D)+$/u;

/** RFC 5321, Path without its brackets. */
export const longestAddress = 254;
const longestLocal = 64;

/** A domain in the one form in which it is kept and compared: in ASCII (RFC 5891), as mail servers have it. */
function asciiDomain(text: string): string | undefined {
  if (text.length > 253) return undefined;
  const isPlain = /^[a-z\d.-]*$/i.test(text) && !/(^|\.)xn--/i.test(text);
  const ascii = isPlain || !written.test(text) ? text : domainToASCII(text);
  return ascii.length <= 253 && domain.test(ascii) ? ascii : undefined;
}

/** An address with its domain in ASCII; anything else as it is. */
export function withAsciiDomain(text: string): string {
  const at = text.lastIndexOf("@");
  const ascii = at < 1 ? undefined : asciiDomain(text.slice(at + 1));
  return ascii === undefined ? text : `${text.slice(0, at)}@${ascii}`;
}

/** The one address that was written, in the form in which it is kept, or why it is none. */
export function readAddress(text: string): { address: string } | { trouble: string } {
  const [name = "", host = "", ...more] = tidy(text).split("@");
  if (!name || !host || more.length) return { trouble: "Write one address, like ada@example.org." };
  if (!local.test(name)) return { trouble: troubleOfLocal(name) };
  if (name.length > longestLocal) return { trouble: `Use at most ${longestLocal} characters before the @.` };
  const ascii = asciiDomain(host);
  if (!ascii)
    return { trouble: "Write one address, like ada@example.org. There is no such domain as that after the @." };
  if (name.length + 1 + ascii.length > longestAddress) return { trouble: `Use at most ${longestAddress} characters.` };
  return { address: `${name}@${ascii}` };
}

const troubleOfLocal = (name: string) =>
  /[^\p{ASCII}]/u.test(name)
    ? "Before the @, use letters from a to z without accents, digits and signs."
    : "Write one address, like ada@example.org.";
