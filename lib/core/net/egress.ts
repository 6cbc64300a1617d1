import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP, type LookupFunction } from "node:net";
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

/** How long a call outside may take in all, in milliseconds. */
export const patience = 10_000;

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
 * What is asked of a server outside; `most` bytes of its answer are read, none without it. With `signal` it is given up
 * before its time.
 */
export type Call = {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  most?: number;
  signal?: AbortSignal;
};

/** What it answered; `body` is what was read of it. */
export type SafeResponse = { status: number; headers: IncomingHttpHeaders; body: string };

/**
 * Calls a URL that somebody gave us (I-38): https only, every address that its name resolves to must be allowed, and
 * one of those checked is the one connected to; no redirects, 10 seconds in all, no more of the answer than was asked
 * for. Throws {@link Unreachable} or what the connection failed with.
 */
export async function safeFetch(
  url: string,
  { method = "GET", headers, body, most = 0, signal: given }: Call,
  policy: EgressPolicy,
): Promise<SafeResponse> {
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== "https:") throw new Unreachable("Only https addresses are called.");
  if (username || password) throw new Unreachable("An address with a name or password in it is not called.");
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host)) assertAllowedAddress([host], policy);
  return new Promise<SafeResponse>((answered, failed) => {
    const late = AbortSignal.timeout(patience);
    const signal = given ? AbortSignal.any([late, given]) : late;
    const options = { method, headers, agent: false, ca: policy.ca, lookup: checked(policy, signal) };
    const fail = (error: Error) => failed(late.aborted ? new TimedOut("It did not answer within 10 seconds.") : error);
    let promised = 0;
    const sent = request(url, { ...options, signal }, (res: IncomingMessage) => {
      const answer = (body: string) => answered({ status: res.statusCode ?? 0, headers: res.headers, body });
      upTo(most, res).then(answer, fail);
    });
    sent.on("error", fail);
    sent.on("information", () => {
      if (++promised > mostPromises)
        sent.destroy(new Unreachable("It promises an answer again and again, and gives none."));
    });
    sent.end(body);
  });
}

/** How often a server may say that it is at work (100, 102, 103) before it answers. */
const mostPromises = 20;

/** POSTs to a URL that somebody gave us, as {@link safeFetch} does; the status it answered with. */
export async function safePost(
  url: string,
  body: string,
  headers: Record<string, string>,
  policy: EgressPolicy,
): Promise<number> {
  return (await safeFetch(url, { method: "POST", headers, body }, policy)).status;
}

/** The beginning of an answer; the rest is not waited for. */
async function upTo(most: number, answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  if (most)
    for await (const chunk of answer) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= most) break;
    }
  answer.destroy();
  return Buffer.concat(chunks).subarray(0, most).toString();
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

function assertAllowedAddress(addresses: string[], { isAllowed }: EgressPolicy): void {
  const inside = addresses.find((address) => !isAllowed(address));
  if (inside) throw new Unreachable(notPublic);
}

/** Every address of a host, once all of them are allowed. */
async function allowedAddresses(host: string, policy: EgressPolicy, signal?: AbortSignal) {
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

/** Hands on to Node only what was checked. */
const checked =
  (policy: EgressPolicy, signal: AbortSignal): LookupFunction =>
  (hostname, { all }, found) => {
    allowedAddresses(hostname, policy, signal).then(
      (addresses) => {
        const [first] = addresses;
        if (all) found(null, addresses);
        else found(null, first?.address ?? "", first?.family);
      },
      (error) => found(error, ""),
    );
  };
