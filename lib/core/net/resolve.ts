import type { LookupAddress } from "node:dns";
import { Resolver } from "node:dns/promises";
import { readFile, stat } from "node:fs/promises";
import { isIP } from "node:net";
import { env } from "#lib/env.ts";

/** How long a name server is waited for, in milliseconds, and how long all of them together. */
const waits = { server: 1500, tries: 2, all: 5000 };

/** A name that could not be looked up. Its `code` is one that `getaddrinfo` has as well, or `ETIMEOUT`. */
export class Unresolved extends Error {
  override name = "Unresolved";
  readonly code: string;

  constructor(code: "ENOTFOUND" | "EAI_AGAIN" | "ETIMEOUT", host: string) {
    super(`${code} ${host}`);
    this.code = code;
  }
}

/**
 * All addresses of a host that somebody gave us: what the machine's hosts file says of it, or else what the name
 * servers answer, those of `DNS_SERVERS` or of the machine. Unlike `getaddrinfo`, which waits in one of the process's
 * few threads for as long as it likes, it is given up after 5 seconds or with `signal`, and holds up nobody else. No
 * search domains are tried: a name has to be whole. Throws {@link Unresolved}.
 */
export async function addressesOf(host: string, signal?: AbortSignal): Promise<LookupAddress[]> {
  if (isIP(host)) return [toLookup(host)];
  const name = host.toLowerCase().replace(/\.$/, "");
  const listed = (await hostsFile()).get(name) ?? loopbackOf(name);
  return listed ? listed.map(toLookup) : asked(name, signal);
}

const toLookup = (address: string): LookupAddress => ({ address, family: isIP(address) });

/** RFC 6761: what is called localhost is this machine, whatever a name server says. */
const loopbackOf = (name: string) => (/(^|\.)localhost$/.test(name) ? ["127.0.0.1", "::1"] : undefined);

async function asked(name: string, signal?: AbortSignal): Promise<LookupAddress[]> {
  signal?.throwIfAborted();
  const resolver = new Resolver({ timeout: waits.server, tries: waits.tries });
  const servers = env().DNS_SERVERS;
  if (servers.length) resolver.setServers(servers);
  const stop = () => resolver.cancel();
  const timer = setTimeout(stop, waits.all);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    signal?.throwIfAborted();
    const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (!found.length) throw new Unresolved(codeOf(answers), name);
    return found.map(toLookup);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

const late = ["ETIMEOUT", "ECANCELLED"];
const nothing = ["ENOTFOUND", "ENODATA", "EBADNAME", "ENONAME"];

function codeOf(answers: PromiseSettledResult<string[]>[]) {
  const codes = answers.map((answer) => (answer.status === "rejected" ? String(answer.reason?.code) : ""));
  if (codes.some((code) => late.includes(code))) return "ETIMEOUT";
  return codes.every((code) => nothing.includes(code)) ? "ENOTFOUND" : "EAI_AGAIN";
}

const file = process.platform === "win32" ? "C:\\Windows\\System32\\drivers\\etc\\hosts" : "/etc/hosts";

let read: { changedAt: number; hosts: Map<string, string[]> } | undefined;

/** What the machine's hosts file says, read again once it has changed; nothing where there is none. */
async function hostsFile(): Promise<Map<string, string[]>> {
  const changedAt = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  if (changedAt === undefined) return new Map();
  if (read?.changedAt !== changedAt) read = { changedAt, hosts: hostsIn(await readFile(file, "utf8")) };
  return read.hosts;
}

/** The addresses of each name in the text of a hosts file. */
export function hostsIn(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (!isIP(address)) continue;
    for (const name of names.map((one) => one.toLowerCase())) hosts.set(name, [...(hosts.get(name) ?? []), address]);
  }
  return hosts;
}
