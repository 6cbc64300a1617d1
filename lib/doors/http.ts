import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { log } from "#lib/core/log.ts";
import { aimms } from "./aimms.ts";
import { aims } from "./aims.ts";
import { sayAway } from "./away.ts";
import { takeReports } from "./csp-reports.ts";
import { fileHeaders, pageHeaders, pathHeader, peerHeader, reportPath } from "./headers.ts";
import { health } from "./health.ts";
import { ipresso } from "./ipresso.ts";
import { mendix } from "./mendix.ts";
import { oauth } from "./oauth.ts";
import { rest } from "./rest.ts";

type Listener = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/**
 * The one request listener: API paths go straight to their surface, health probes to theirs, everything else
 * to Next. Every request gets an id and every response its security headers here, errors included.
 */
export function createListener(pages: Listener): Listener {
  const surfaces = surfacesByPath();
  return async (req, res) => {
    req.headers["x-request-id"] = randomUUID();
    const path = req.url ?? "/";
    const surface = surfaces.find(([at]) => at.test(path));
    if (surface) return surface[1](req, res);
    res.setHeader("x-request-id", req.headers["x-request-id"]);
    if (path.startsWith("/healthz/")) return health(req, res);
    if (path === reportPath) return takeReports(req, res);
    dress(req, res, path);
    if (Number(req.headers["content-length"]) > mostBytes) return refuseSize(req, res);
    await Promise.resolve(pages(req, res)).catch((err) => giveUp(res, err));
  };
}

/** Where each surface is, what is asked for most first. */
function surfacesByPath(): [RegExp, Listener][] {
  const listen = ({ fetch }: Pick<ReturnType<typeof rest>, "fetch">) =>
    getRequestListener(fetch, { overrideGlobalObjects: false });
  return [
    [/^\/api\/v1(?![^/?])/, listen(rest())],
    [/^\/oauth2(?![^/?])/, listen(oauth())],
    [/^\/(aims|endpoints)\/v1(?![^/?])/, listen(aims())],
    [/^\/pro(-api|\/user-manager)\/v1(?![^/?])/, listen(aimms())],
    [/^\/userservice\/v1(?![^/?])/, listen(mendix())],
    [/^\/api\/2(?![^/?])/, listen(ipresso())],
  ];
}

// What Next takes of a form, `bodySizeLimit` in next.config.ts; beyond it Next would answer 500.
const mostBytes = 3 * 1024 * 1024;

/** Reads the rest away, since a browser that cannot send it would show an error of its own instead of this one. */
function refuseSize(req: IncomingMessage, res: ServerResponse) {
  req.resume();
  res.writeHead(413, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", connection: "close" });
  res.end("That is too large: a picture may have 2 MB at most. Go back and choose a smaller one.\n");
}

/** The last resort: whoever waits gets an answer, and the log says why. */
function giveUp(res: ServerResponse, err: unknown) {
  log().error({ err, requestId: res.getHeader("x-request-id") }, "page failed");
  if (!res.headersSent) res.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
  res.end("Something went wrong on our side. Try again in a moment.\n");
}

function dress(req: IncomingMessage, res: ServerResponse, path: string) {
  const isFile = path.startsWith("/_next/static/");
  const nonce = randomBytes(16).toString("base64");
  const headers = isFile ? fileHeaders() : pageHeaders(nonce);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  req.headers[pathHeader] = path;
  req.headers[peerHeader] = req.socket.remoteAddress;
  // Next reads the nonce for its own scripts from the policy of the request.
  req.headers["content-security-policy"] = headers["content-security-policy"];
  if (!isFile) sayAway(res, String(req.headers["x-request-id"]));
  if (path.startsWith("/sign-in?signed-out")) res.setHeader("clear-site-data", '"storage"');
}
