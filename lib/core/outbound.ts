import { type LookupAddress, lookup } from "node:dns";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** What may be reached: which addresses, and whom to trust beside the public authorities. */
export type Reach = { mayReach(address: string): boolean; ca?: string };

/** The sender's own rule said no, before a byte was sent. Its message can be shown to whoever gave the URL. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

const patience = 10_000;

/** Is this the address of one machine on the public internet? Everything else is somebody's inside. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast") return false;
  // All public IPv6 there is begins with 001 (IANA); what embeds an IPv4 address elsewhere does not count.
  return parsed.kind() === "ipv4" || ((parsed.toByteArray()[0] ?? 0) & 0xe0) === 0x20;
}

/** The public internet. */
export const publicly: Reach = { mayReach: isPublic };

/**
 * POSTs to a URL that somebody gave us (I-38): https only, every address that its name resolves to must be allowed, and
 * one of those checked is the one connected to; no redirects, 10 seconds in all, the answer's body is not read. The
 * status it answered with; throws {@link Unreachable} or what the connection failed with.
 */
export function postOutside(url: string, body: string, headers: Record<string, string>, reach: Reach): Promise<number> {
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== "https:") throw new Unreachable("Only https addresses are called.");
  if (username || password) throw new Unreachable("An address with a name or password in it is not called.");
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host)) demandAllowed([host], reach);
  return new Promise((answered, failed) => {
    const options = { method: "POST", headers, agent: false, ca: reach.ca, lookup: checked(reach) };
    const signal = AbortSignal.timeout(patience);
    const sent = request(url, { ...options, signal }, (res: IncomingMessage) => {
      answered(res.statusCode ?? 0);
      res.destroy();
    });
    sent.on("error", (error) =>
      failed(signal.aborted ? new Unreachable("It did not answer within 10 seconds.") : error),
    );
    sent.end(body);
  });
}

/** What is said of a name that leads inside, and of one that leads nowhere. */
export const notPublic = "Its name does not lead to an address on the public internet.";

function demandAllowed(addresses: string[], { mayReach }: Reach): void {
  const inside = addresses.find((address) => !mayReach(address));
  if (inside) throw new Unreachable(notPublic);
}

/** Resolves a name as Node does, and hands on only what was checked. */
const checked =
  (reach: Reach): LookupFunction =>
  (hostname, options, found) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return found(error, "");
      try {
        demandAllowed(
          addresses.map(({ address }) => address),
          reach,
        );
      } catch (refused) {
        return found(refused as Error, "");
      }
      const [first] = addresses as [LookupAddress];
      if (options.all) found(null, addresses);
      else found(null, first.address, first.family);
    });
  };
