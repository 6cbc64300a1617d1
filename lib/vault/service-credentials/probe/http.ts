import { type SafeResponse, safeFetch } from "#lib/core/net/egress.ts";
import type { Finding, Probe } from "./finding.ts";
import { Refused, UnexpectedReply } from "./trouble.ts";

/** The header of HTTP Basic (RFC 7617). */
export const basic = (username: string, secret: string) =>
  `Basic ${Buffer.from(`${username}:${secret}`).toString("base64")}`;

/** A bearer token as a header carries it (RFC 6750). */
export const bearer = (token: string) => `Bearer ${token}`;

/** Asks for what a clone begins with. */
export const probeGit: Probe = async ({ baseUrl, username, secret }, policy, { signal }) => {
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}/info/refs?service=git-upload-pack`);
  const answer = await safeFetch(url.href, { headers: { authorization: basic(username, secret) }, signal }, policy);
  assertAccepted(answer);
  const isGit = answer.headers["content-type"] === "application/x-git-upload-pack-advertisement";
  if (!isGit) throw new UnexpectedReply("It answered, but not as a git repository does.");
  return right("It let you in, and the repository is there.");
};

/** Asks for the address itself, with a name and a password. */
export const probeBasic: Probe = async ({ baseUrl, username, secret }, ...rest) =>
  get(baseUrl, { authorization: basic(username, secret) }, ...rest);

/** The same with a bearer token. */
export const probeBearer: Probe = async ({ baseUrl, secret }, ...rest) =>
  get(baseUrl, { authorization: bearer(headerSafe(secret)) }, ...rest);

/** The same with the system's own header. */
export const probeHeader: Probe = async ({ baseUrl, headerName, secret }, ...rest) =>
  get(baseUrl, { [headerName ?? "authorization"]: headerSafe(secret) }, ...rest);

type Rest = [Parameters<Probe>[1], Parameters<Probe>[2]];

async function get(url: string, headers: Record<string, string>, ...[policy, { signal }]: Rest): Promise<Finding> {
  const answer = await safeFetch(url, { headers, signal }, policy);
  assertAccepted(answer);
  return right(`It answered ${answer.status}.`);
}

/** It worked. */
export const right = (words: string): Finding => ({ result: "right", words });

/** Throws unless the answer is one to somebody who may come in. */
export function assertAccepted({ status }: SafeResponse): void {
  if (status === 401 || status === 403) throw new Refused();
  if (status >= 300 && status < 400)
    throw new UnexpectedReply(`It answered ${status}: it leads elsewhere, which is not followed.`);
  if (status === 404)
    throw new UnexpectedReply("It answered 404: there is nothing there, or nothing that you may see.");
  if (status >= 400) throw new UnexpectedReply(`It answered ${status}.`);
}

function headerSafe(secret: string): string {
  if (/[^\x20-\x7e]/.test(secret))
    throw new UnexpectedReply("A header cannot carry this secret: it has other characters than ASCII.");
  return secret;
}
