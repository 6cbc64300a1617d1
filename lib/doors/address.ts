import { type BlockList, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { env } from "#lib/env.ts";

/**
 * Where a request really comes from: the peer, or, when that is a trusted proxy, the nearest address in
 * X-Forwarded-For, read right to left, that is none. In canonical form; "unknown" is never on any list.
 */
export function clientAddress(peer: string | undefined, forwardedFor: string | undefined): string {
  const trusted = env().TRUSTED_PROXIES;
  const hops = (forwardedFor ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter(Boolean);
  let address = canonical(peer);
  while (hops.length && isTrusted(trusted, address)) address = canonical(hops.pop());
  return address;
}

function canonical(address: string | undefined): string {
  if (address && isIPv4(address)) return address;
  if (!address || !ipaddr.isValid(address)) return "unknown";
  return ipaddr.process(address).toString();
}

function isTrusted(trusted: BlockList, address: string): boolean {
  if (address === "unknown") return false;
  return trusted.check(address, ipaddr.parse(address).kind());
}
