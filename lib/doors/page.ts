import { headers } from "next/headers";
import { forbidden, notFound, redirect } from "next/navigation";
import type { z } from "zod";
import type { Actor } from "#lib/core/actor.ts";
import type { Allow } from "#lib/core/authorize.ts";
import { Refusal } from "#lib/core/errors.ts";
import { execute, type Operation } from "#lib/core/operation.ts";
import { type Asked, callerOf, type KnownCaller } from "./callers.ts";
import { pathHeader, peerHeader } from "./headers.ts";

/** The caller behind the page being rendered, or the form being taken. */
export async function pageCaller(method = "GET"): Promise<KnownCaller> {
  const given = await headers();
  const asked: Asked = {
    method,
    peer: given.get(peerHeader) ?? undefined,
    requestId: given.get("x-request-id") ?? undefined,
    // A page is for a person with a cookie; a token in a header is for the API.
    header: (name) => (name === "authorization" ? undefined : (given.get(name) ?? undefined)),
  };
  return callerOf(asked);
}

/** Who is looking at a page that is for everyone; null when nobody is signed in. */
export async function visitor(): Promise<Actor | null> {
  const caller = await pageCaller();
  return caller.who().catch((error) => {
    if (error instanceof Refusal && error.status === 401) return null;
    throw error;
  });
}

/**
 * Runs a reading operation for a page. Who is not signed in goes to sign in and comes back; what does not exist
 * is the 404 page; what they may not see is the 403 page; anything else is the error page with the request id.
 */
export async function read<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  input: unknown = {},
): Promise<z.output<O>> {
  const caller = await pageCaller();
  try {
    return (await execute(operation, caller, input)).output;
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return await show(refusal, caller.requestId);
  }
}

async function show(refusal: Refusal, requestId: string): Promise<never> {
  if (refusal.status === 401) redirect(await signInPath());
  if (refusal.status === 404) notFound();
  if (refusal.status === 403) forbidden();
  throw Object.assign(refusal, { digest: requestId });
}

async function signInPath(): Promise<string> {
  const path = (await headers()).get(pathHeader) ?? "/";
  return path === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ return_to: ownPath(path) })}`;
}

/**
 * A path of this portal to go on to; "/" for anything that is, or could be read as, another origin
 * (I-37). Parsed once; what is returned is what was checked.
 */
export function ownPath(path: string | undefined): string {
  const base = "http://portal.invalid";
  const isPlain = path?.startsWith("/") && !/^\/[/\\]|[\\\p{Cc}]/u.test(path);
  if (!path || !isPlain || !URL.canParse(path, base)) return "/";
  const url = new URL(path, base);
  return url.origin === base ? url.pathname + url.search + url.hash : "/";
}
