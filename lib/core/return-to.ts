import { env } from "#lib/env.ts";

/**
 * A page outside the portal to go on to: as it was checked against `RETURN_TO_ALLOWED`, or undefined. An entry with a
 * path stands for itself, one without for its whole origin.
 */
export function allowedReturn(target: string | undefined): string | undefined {
  if (!target || !URL.canParse(target)) return undefined;
  const url = new URL(target);
  if (url.username || url.password) return undefined;
  const isAllowed = env().RETURN_TO_ALLOWED.some((entry) => covers(new URL(entry), url));
  return isAllowed ? url.href : undefined;
}

function covers(entry: URL, url: URL): boolean {
  const isOrigin = entry.pathname === "/" && !entry.search;
  return isOrigin ? entry.origin === url.origin : entry.href === url.href;
}
