import ipaddr from "ipaddr.js";
import { env } from "#lib/env.ts";
import { addressesOf, Unresolved } from "./resolve.ts";

/** What may be reached: which addresses, and whom to trust beside the public authorities. */
export type EgressPolicy = { isAllowed(address: string): boolean; ca?: string };

/** The sender's own rule said no, before a byte was sent. Its message can be shown to whoever gave the URL. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

/** It did not answer in time. */
export class TimedOut extends Unreachable {
  override name = "TimedOut";
}

/** Is this the address of one machine on the public internet? Everything else is somebody's inside. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast") return false;
  // All public IPv6 there is begins with 001 (IANA); what embeds an IPv4 address elsewhere does not count.
  return parsed.kind() === "ipv4" || ((parsed.toByteArray()[0] ?? 0) & 0xe0) === 0x20;
}

/** The public internet. */
export const publicInternet: EgressPolicy = { isAllowed: isPublic };

/** As {@link publicInternet}, with the networks inside that the operator has opened by `PRIVATE_NETWORKS`. */
export const publicOrAllowlisted: EgressPolicy = { isAllowed: (address) => isPublic(address) || isOpened(address) };

/** Is this an address of a network that the operator has opened? */
export function isOpened(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return env().PRIVATE_NETWORKS.check(parsed.toString(), parsed.kind());
}

/**
 * The address of a host that somebody gave us, for a connection that is not HTTP (I-38): every address that it resolves
 * to must be allowed, and the one answered is the one to connect to. Throws {@link Unreachable} or what resolving
 * failed with.
 */
export async function resolvePublicAddress(host: string, policy: EgressPolicy, signal?: AbortSignal): Promise<string> {
  const [first] = await allowedAddresses(host.replace(/^\[|\]$/g, ""), policy, signal);
  return String(first?.address);
}

/** What is said of a name that leads inside, and of one that leads nowhere. */
export const notPublic = "Its name does not lead to an address on the public internet.";

export function assertAllowedAddress(addresses: string[], { isAllowed }: EgressPolicy): void {
  const inside = addresses.find((address) => !isAllowed(address));
  if (inside) throw new Unreachable(notPublic);
}

/** Every address of a host, once all of them are allowed. */
export async function allowedAddresses(host: string, policy: EgressPolicy, signal?: AbortSignal) {
  const found = await addressesOf(host, signal).catch(tooLate);
  assertAllowedAddress(
    found.map(({ address }) => address),
    policy,
  );
  return found;
}

function tooLate(error: unknown): never {
  const isLate = error instanceof Unresolved && error.code === "ETIMEOUT";
  throw isLate ? new TimedOut("Its name could not be looked up in time.") : error;
}
