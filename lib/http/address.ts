import { type BlockList, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { env } from "#lib/env.ts";

/**
 * Where a request really comes from: the peer, or, when that is a trusted proxy, the nearest address in
 * X-Forwarded-For, read right to left, that is none. In canonical form, without the port that some proxies add.
 * "unknown" is never on any list, and nothing is done for it (see `callerOf`).
 */
export function clientAddress(peer: string | undefined, forwardedFor: string | undefined): string {
  const trusted = env().TRUSTED_PROXIES;
  const hops = (forwardedFor ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter(Boolean);
  let address = canonical(peer);
  while (hops.length && isTrusted(trusted, address)) address = canonical(bare(hops.pop() ?? ""));
  return address;
}

/** Some proxies write the port behind the address, in brackets if it is IPv6, and quote that (RFC 7239, 6). */
const withPort = /^"?(?:\[([\da-f.]*:[\da-f:.]*)\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::\d{1,5})?"?$/i;

const bare = (hop: string) => withPort.exec(hop)?.slice(1).find(Boolean) ?? hop;

function canonical(address: string | undefined): string {
  if (address && isIPv4(address)) return address;
  if (!address || !ipaddr.isValid(address)) return "unknown";
  return ipaddr.process(address).toString();
}

function isTrusted(trusted: BlockList, address: string): boolean {
  if (address === "unknown") return false;
  return trusted.check(address, ipaddr.parse(address).kind());
}
