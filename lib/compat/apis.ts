import type { MountedApi } from "#lib/http/listener.ts";
import { aimms } from "./aimms/routes.ts";
import { aims } from "./aims/api.ts";
import { ipresso } from "./ipresso/routes.ts";
import { mendix } from "./mendix/routes.ts";
import { oauth } from "./oauth/routes.ts";

/**
 * The systems we stand in for and their addresses, what is asked for most first. Without its line here a system is
 * gone.
 */
export const apis: MountedApi[] = [
  { at: /^\/oauth2(?![^/?])/, open: oauth },
  { at: /^\/(aims|endpoints)\/v1(?![^/?])/, open: aims },
  { at: /^\/pro(-api|\/user-manager)\/v1(?![^/?])/, open: aimms },
  { at: /^\/userservice\/v1(?![^/?])/, open: mendix },
  { at: /^\/api\/2(?![^/?])/, open: ipresso },
];

/** What answers at an address, for Next's own routes; 404 where no system stands any more. */
export function apiAt(path: string): { fetch(request: Request): Response | Promise<Response> } {
  const api = apis.find(({ at }) => at.test(path));
  return api ? api.open() : { fetch: () => new Response(null, { status: 404 }) };
}
