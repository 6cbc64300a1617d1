import { BlockList, isIP, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { memoizeByText } from "../lru.ts";

const maxNetworks = 50;

/** A network in its one spelling, or why it is none. */
type Read = { network: string } | { wrong: string };

/** An address, IPv4 where it is mapped into IPv6, and how many of its bits name the network. */
type Parts = { address: ipaddr.IPv4 | ipaddr.IPv6; bits: number };

/**
 * Reads an address or a network in CIDR notation. The answer is canonical: IPv4-mapped IPv6 is IPv4, IPv6 is written as
 * RFC 5952 has it, and one address stands without its prefix. Bits beyond the prefix are refused, as they are a slip of
 * the pen more often than not, and so is the network of all addresses, which is no limit.
 */
export function readNetwork(text: string): Read {
  const parts = partsOf(text.trim());
  if (!parts)
    return { wrong: `${text} is no address and no network: write 198.51.100.7, 10.0.0.0/8 or 2001:db8::/32.` };
  if (parts.bits === 0) return { wrong: `${text} is every address there is: leave the list empty for that.` };
  const network = written(parts);
  if (firstOf(parts).toString() !== parts.address.toString())
    return { wrong: `${text} has digits beyond its /${prefixOf(text)}: write ${network}, or the address alone.` };
  return { network };
}

const prefixOf = (text: string) => text.split("/")[1];

function partsOf(text: string): Parts | undefined {
  const [address = "", prefix, ...more] = text.split("/");
  // What ipaddr.js would read as well, octal, hexadecimal and shortened addresses, other programs read otherwise.
  if (more.length || !isIP(address) || address.includes("%")) return undefined;
  if (prefix !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefix)) return undefined;
  const [plain, given] = [ipaddr.process(address), ipaddr.parse(address)];
  const bits = Number(prefix ?? widthOf(given));
  if (bits > widthOf(given)) return undefined;
  const own = bits - (widthOf(given) - widthOf(plain));
  return own < 0 ? undefined : { address: plain, bits: own };
}

const widthOf = (address: Parts["address"]) => (address.kind() === "ipv4" ? 32 : 128);

/** The first address of the network. */
const firstOf = ({ address, bits }: Parts) =>
  (address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(`${address}/${bits}`);

function written(parts: Parts): string {
  const first = firstOf(parts).toString();
  return parts.bits === widthOf(parts.address) ? first : `${first}/${parts.bits}`;
}

/** A list of networks in an input, 50 at most, each once; what is wrong is said of its entry. */
export const networks = z
  .array(z.string().max(100))
  .max(maxNetworks, `Name at most ${maxNetworks} addresses and networks.`)
  .transform((entries, ctx) => {
    const read = entries.map(readNetwork);
    for (const [place, entry] of read.entries())
      if ("wrong" in entry) ctx.addIssue({ code: "custom", path: [place], message: entry.wrong, input: entries });
    return [...new Set(read.flatMap((entry) => ("network" in entry ? [entry.network] : [])))];
  });

/**
 * Is an address in one of the networks? One that cannot be read never is (I-26). The same list is best the same array.
 */
export function isWithin(networks: string[], address: string): boolean {
  return contains(blockListOf(networks), address);
}

function contains(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, "ipv4");
  if (!isIP(address) || address.includes("%")) return false;
  const plain = ipaddr.process(address);
  return list.check(plain.toString(), plain.kind());
}

/** Does every one of some networks lie in one of others? Nothing lies in an empty list. */
export const areWithin = (inner: string[], outer: string[]): boolean =>
  inner.every((network) => outer.some((wide) => isPart(network, wide)));

function isPart(inner: string, outer: string): boolean {
  const [small, wide] = [partsOf(inner), partsOf(outer)];
  if (!small || !wide || small.address.kind() !== wide.address.kind() || small.bits < wide.bits) return false;
  return small.address.match(wide.address, wide.bits);
}

/** The network that an address is counted to: a /24 of IPv4, a /48 of IPv6; as it is when it cannot be read. */
export const networkOf = memoizeByText((address) => {
  const parts = partsOf(address);
  if (!parts) return address;
  return written({ ...parts, bits: parts.address.kind() === "ipv4" ? 24 : 48 });
}, 1_000_000);

const known = new WeakMap<string[], BlockList>();

function blockListOf(networks: string[]): BlockList {
  const list = known.get(networks) ?? makeBlockList(networks);
  known.set(networks, list);
  return list;
}

function makeBlockList(networks: string[]): BlockList {
  const list = new BlockList();
  for (const parts of networks.map(partsOf))
    if (parts) list.addSubnet(parts.address.toString(), parts.bits, parts.address.kind());
  return list;
}
