import { cookies, headers } from "next/headers";
import { forbidden, notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { z } from "zod";
import type { Actor } from "#lib/core/actor.ts";
import type { Allow } from "#lib/core/authorize.ts";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { aimsTokenHeader, type CallerRequest, callerOf, type KnownCaller } from "../callers.ts";
import { pathHeader, peerHeader } from "../headers.ts";
import { noteFor } from "../notes.ts";

/** The query of a page's address, as Next hands it over. */
export type PageQuery = Promise<Record<string, string | string[] | undefined>>;

/** The caller behind the page being rendered, or the form being taken. */
export async function pageCaller(method = "GET"): Promise<KnownCaller> {
  const given = new Headers(await headers());
  // A page is for a person with a cookie; a token or a key in a header is for the API.
  for (const name of ["authorization", aimsTokenHeader, "idempotency-key"]) given.delete(name);
  // Once a form has changed the cookie, the page that follows in the same answer goes by the new one.
  given.set("cookie", (await cookies()).toString());
  const asked: CallerRequest = {
    method,
    peer: given.get(peerHeader) ?? undefined,
    requestId: given.get("x-request-id") ?? undefined,
    header: (name) => given.get(name) ?? undefined,
  };
  return callerOf(asked);
}

/** The reader of the page being rendered; who they are is asked once, however much the page reads. */
const reader = cache(async (): Promise<KnownCaller> => {
  const caller = await pageCaller();
  const { who } = caller;
  caller.who = cache(who);
  return caller;
});

/** Who reads this page. Who is not signed in goes to sign in and comes back. */
export async function signedIn(): Promise<Actor> {
  const caller = await reader();
  const actor = await caller.who().catch((refusal) => show(refusal, caller.requestId));
  if (actor?.impersonator?.over) redirect(wayBack);
  return actor ?? redirect(await signInPath());
}

/** Where this page is looked at from. */
export const ownAddress = async (): Promise<string> => (await reader()).address;

/** Who reads a page that is for everyone; null when nobody is signed in. */
export async function visitor(): Promise<Actor | null> {
  const caller = await reader();
  return caller.who().catch((thrown) => {
    if (thrown instanceof Refusal && thrown.status === 401) return null;
    throw thrown;
  });
}

/** Is anyone signed in? For pages that are for those who are not. */
export async function isSignedIn(): Promise<boolean> {
  return (await visitor()) !== null;
}

/**
 * Runs a reading operation for a page. Who is not signed in goes to sign in and comes back; what does not exist is the
 * 404 page, and so is an address that makes no sense, unless the page catches that refusal; what they may not see is
 * the 403 page; anything else is the error page with the request id.
 */
export async function read<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  input: unknown = {},
): Promise<z.output<O>> {
  const caller = await reader();
  try {
    return (await execute(operation, caller, input)).output;
  } catch (refusal) {
    return await show(refusal, caller.requestId);
  }
}

/**
 * As {@link read}, for a list: a cursor that came from elsewhere, a colleague's link or another list, leads to the
 * `first` page.
 */
export async function readList<I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  input: Record<string, unknown> & { cursor?: string },
  first: string,
): Promise<z.output<O>> {
  try {
    return await read(operation, input);
  } catch (refusal) {
    if (input.cursor && refusal instanceof Refusal && refusal.code === "invalid_fields") redirect(first);
    throw refusal;
  }
}

/** Where whoever acted as somebody until their time was over goes on as themselves. */
const wayBack = "/impersonation-over";

async function show(thrown: unknown, requestId: string): Promise<never> {
  if (!(thrown instanceof Refusal)) throw thrown;
  if (thrown.code === "impersonation_over") redirect(wayBack);
  if (thrown.status === 401) redirect(await signInPath());
  if (thrown.status === 404) notFound();
  if (thrown.status === 403) forbidden();
  if (thrown.code === "invalid_fields") throw Object.assign(thrown, { digest: digestOf(notFound) });
  if (thrown.status === 503) noteFor(requestId, "away");
  throw Object.assign(thrown, { digest: requestId });
}

/** How Next tells what a thrown error leads to. */
function digestOf(lead: () => never): unknown {
  try {
    return lead();
  } catch (error) {
    return (error as { digest?: unknown }).digest;
  }
}

/** Says of the page being rendered that it is not there, or not for its reader. */
export async function sayOfPage(note: "forbidden" | "not-found"): Promise<void> {
  noteFor((await reader()).requestId, note);
}

async function signInPath(): Promise<string> {
  const path = (await headers()).get(pathHeader) ?? "/";
  return path === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ return_to: ownPath(withoutRsc(path)) })}`;
}

/** Next adds this parameter when it fetches the page for a link followed in the browser. */
const withoutRsc = (path: string) => path.replace(/([?&])_rsc=[^&]*&?/, "$1").replace(/[?&]$/, "");

/**
 * A path of this portal to go on to; "/" for anything that is, or could be read as, another origin
 * (I-37). Parsed once; what is returned is what was checked.
 */
export function ownPath(path: unknown): string {
  const base = "http://portal.invalid";
  if (typeof path !== "string" || !URL.canParse(path, base)) return "/";
  const isPlain = path.startsWith("/") && !/^\/[/\\]|[\\\p{Cc}]/u.test(path);
  if (!isPlain) return "/";
  const url = new URL(path, base);
  // "/.//evil.example" is a path of ours that, written out, would be another host.
  const isOurs = url.origin === base && !url.pathname.startsWith("//");
  return isOurs ? url.pathname + url.search + url.hash : "/";
}
