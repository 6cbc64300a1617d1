import type { IncomingMessage } from "node:http";
import { Refusal } from "#lib/core/errors.ts";
import { env } from "#lib/env.ts";

/**
 * The path and query that a request is for, as every part of this process reads them: characters that need no escape
 * are written plainly (RFC 3986, 6.2.2.2), and a whole address of the portal is its path (RFC 9112, 3.2.2). Refuses
 * `malformed_request` for dot segments in any spelling, fragments, addresses elsewhere, and more than one Host. `%2F`
 * and `%5C` are data.
 */
export function targetOf({ url = "/", rawHeaders }: Pick<IncomingMessage, "url" | "rawHeaders">): string {
  if (countHosts(rawHeaders) > 1) throw malformed("The request has more than one Host header.");
  const target = url.startsWith("/") ? url : pathOfOwn(url);
  return isPlain.test(target) ? target : checked(target);
}

/** The same path with each run of slashes as one, where it has such a run; `\` counts as `/`, as in browsers. */
export function withoutRepeats(target: string): string | undefined {
  if (!/\\|\/\//.test(target)) return undefined;
  const [path, query] = split(target);
  const single = path.replace(/[\\/]+/g, "/");
  return single === path ? undefined : single + query;
}

// What most requests ask for: nothing in it can be read in two ways.
const isPlain = /^(\/|(\/[\w~-][\w.~-]*)+\/?)(\?[^#]*)?$/;

function checked(target: string): string {
  const [escaped, query] = split(target);
  const path = escaped.replace(unreserved, decodeURIComponent);
  if (target.includes("#")) throw malformed("The address has a fragment, which is for browsers alone.");
  if (hasDotSegment.test(path)) throw malformed("The path has a segment of dots. Ask for the path that it leads to.");
  return path + query;
}

/** Letters, digits and `-._~`, escaped for no reason (RFC 3986, 2.3). */
const unreserved = /%(2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi;

const hasDotSegment = /[/\\]\.\.?(?![^/\\])/;

function split(target: string): [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark)];
}

function pathOfOwn(target: string): string {
  const [, authority = "", path = ""] = /^https?:\/\/([^/?#@\\]+)([/?#].*)?$/i.exec(target) ?? [];
  if (!isOwn(authority)) throw malformed("This portal answers for its own address alone.");
  return path.startsWith("/") ? path : `/${path}`;
}

/** A proxy that ends TLS may write `http:` before the host of a portal at https: the host and its port decide. */
function isOwn(authority: string): boolean {
  const { protocol, host } = new URL(env().APP_URL);
  const named = `${protocol}//${authority}`;
  return URL.canParse(named) && new URL(named).host === host;
}

/** Raw headers are names and values in turn. */
function countHosts(rawHeaders: string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === "host") count += 1;
  return count;
}

const malformed = (message: string) => new Refusal("malformed_request", message);
