import ipaddr from "ipaddr.js";
import { withAsciiDomain } from "./email-address.ts";
import { bareText } from "./invisible.ts";

/**
 * One bucket for all spellings of a username, login or address: Unicode form, case, surrounding space, what is not
 * shown and the script of a domain do not count.
 */
export const canonicalName = (name: string) => plainName(name).toLowerCase();

/** The same with its case, as a username or login is kept. */
export const plainName = (name: string) => withAsciiDomain(bareText(name));

/**
 * One bucket for all spellings of an address: IPv4-mapped IPv6 is IPv4, and an IPv6 network of /64 is one place.
 * What is no address falls into one common bucket.
 */
export function canonicalAddress(address: string): string {
  if (!ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${parsed.toByteArray().slice(0, 8).join(".")}/64`;
}
