import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { asRefusal } from "#lib/core/errors.ts";
import { log } from "#lib/core/log.ts";
import { env } from "#lib/env.ts";
import { knownAddress, requireSameOrigin, safe } from "./callers.ts";
import { takeReports } from "./csp-reports.ts";
import { apiHeaders, fileHeaders, ownHeader, pageHeaders, pathHeader, peerHeader, reportPath } from "./headers.ts";
import { health } from "./health.ts";
import { sayNotes } from "./notes.ts";
import { refusePlainly } from "./plain-page.ts";
import { isPublicFile } from "./public-files.ts";
import { rest } from "./rest/rest.ts";
import { targetOf, withoutRepeats } from "./target.ts";
import { sayUpdated } from "./updated.ts";
import { wellKnown } from "./well-known.ts";

type Listener = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/** An API beside our own: its addresses, and what answers there. */
export type MountedApi = { at: RegExp; open(): Pick<ReturnType<typeof rest>, "fetch"> };

/**
 * The one request listener: paths of APIs go straight to them, health probes to theirs, everything else to Next. Every
 * request gets an id and every response its security headers here, errors included. Which of them answers is chosen by
 * the path as all of them read it; a path that could be read in two ways goes to none. Which APIs there are beside our
 * own, and for whom, is not for HTTP to know: `apis` are handed in.
 */
export function createListener(pages: Listener, apis: MountedApi[]): Listener {
  const mounts = [ours, ...apis].map(({ at, open }) => ({ at, listen: listenerOf(open()) }));
  return async (req, res) => {
    req.headers["x-request-id"] = randomUUID();
    const path = openTarget(req, res);
    if (path === undefined) return;
    const mount = mounts.find(({ at }) => at.test(path));
    if (mount) return mount.listen(req, res);
    res.setHeader("x-request-id", req.headers["x-request-id"]);
    if (path.startsWith("/healthz/")) return health(req, res);
    if (path.startsWith("/.well-known/")) return wellKnown(req, res);
    if (path === reportPath) return takeReports(req, res);
    await openPage(req, res, path, pages);
  };
}

/** The path and query that is asked for, written into the request; undefined when it is answered already. */
function openTarget(req: IncomingMessage, res: ServerResponse): string | undefined {
  try {
    const target = targetOf(req);
    const elsewhere = withoutRepeats(target);
    if (elsewhere !== undefined) return void redirect(req, res, elsewhere);
    if (!req.url?.startsWith("/")) req.headers.host = new URL(env().APP_URL).host;
    req.url = target;
    return target;
  } catch (error) {
    refusePlainly(req, res, asRefusal(error));
  }
}

function redirect(req: IncomingMessage, res: ServerResponse, location: string) {
  req.resume();
  res
    .writeHead(308, { ...apiHeaders(), "x-request-id": req.headers["x-request-id"], location, "content-length": 0 })
    .end();
}

async function openPage(req: IncomingMessage, res: ServerResponse, path: string, pages: Listener) {
  try {
    setPageHeaders(req, res, path);
    knownAddress({ peer: req.headers[peerHeader]?.toString(), header: (name) => req.headers[name]?.toString() });
    rejectForeignForm(req);
  } catch (error) {
    return refusePlainly(req, res, asRefusal(error));
  }
  if (Number(req.headers["content-length"]) > maxBodyBytes) return refuseSize(req, res);
  sayUpdated(req, res);
  await Promise.resolve(pages(req, res)).catch((err) => respondWithError(res, err));
}

/**
 * Refuses a form of another site, which Next would call a bug. What our own scripts send from a page at another address
 * of this server goes on, for the form to say so: no other site may send its header.
 */
function rejectForeignForm({ method = "GET", headers: { origin, host, "next-action": action } }: IncomingMessage) {
  if (safe.has(method)) return;
  const isScript = action !== undefined && origin !== undefined && URL.canParse(origin);
  if (!isScript || new URL(origin).host !== host) requireSameOrigin(origin);
}

/** What is asked for most, so the first that is looked at. */
const ours: MountedApi = { at: /^\/api\/v1(?![^/?])/, open: rest };

const listenerOf = ({ fetch }: ReturnType<MountedApi["open"]>): Listener =>
  getRequestListener(fetch, { overrideGlobalObjects: false });

/** Known to this process alone. */
const own = randomUUID();

// What Next takes of a form, `bodySizeLimit` in next.config.ts; beyond it Next would answer 500.
const maxBodyBytes = 3 * 1024 * 1024;

/** Reads the rest away, since a browser that cannot send it would show an error of its own instead of this one. */
function refuseSize(req: IncomingMessage, res: ServerResponse) {
  req.resume();
  res.writeHead(413, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", connection: "close" });
  res.end("That is too large: a picture may have 2 MB at most. Go back and choose a smaller one.\n");
}

/** The last resort: whoever waits gets an answer, and the log says why. */
function respondWithError(res: ServerResponse, err: unknown) {
  log().error({ err, requestId: res.getHeader("x-request-id") }, "page failed");
  if (!res.headersSent) res.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
  res.end("Something went wrong on our side. Try again in a moment.\n");
}

function setPageHeaders(req: IncomingMessage, res: ServerResponse, path: string) {
  const isFile = path.startsWith("/_next/static/") || isPublicFile(path);
  const nonce = randomBytes(16).toString("base64");
  const headers = isFile ? fileHeaders() : pageHeaders(nonce);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  req.headers[pathHeader] = path;
  // Next asks for the page after a form by itself, and on behalf of whoever sent the form.
  if (req.headers[ownHeader] !== own) req.headers[peerHeader] = req.socket.remoteAddress;
  req.headers[ownHeader] = own;
  // Where the portal is, APP_URL says; Next would believe these, and ask itself at what they name.
  for (const name of ["x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"]) delete req.headers[name];
  // Next reads the nonce for its own scripts from the policy of the request.
  req.headers["content-security-policy"] = headers["content-security-policy"];
  if (!isFile) sayNotes(req, res, String(req.headers["x-request-id"]));
}
