import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { allowedAddresses, assertAllowedAddress, type EgressPolicy, TimedOut, Unreachable } from "./egress-policy.ts";

/** How long a call outside may take in all, in milliseconds. */
export const patience = 10_000;

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
      if (++promised > maxPromises)
        sent.destroy(new Unreachable("It promises an answer again and again, and gives none."));
    });
    sent.end(body);
  });
}

/** How often a server may say that it is at work (100, 102, 103) before it answers. */
const maxPromises = 20;

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
