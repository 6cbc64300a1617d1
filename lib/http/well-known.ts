import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "#lib/env.ts";
import { apiHeaders } from "./headers.ts";

type Answer = { status: number; headers: Record<string, string>; body: string };

const documents: Record<string, () => Answer> = {
  "/.well-known/security.txt": securityContact,
  "/.well-known/change-password": passwordPage,
  "/.well-known/passkey-endpoints": passkeyPages,
};

/** Answers what programs look for at fixed addresses (RFC 8615); any other address below `/.well-known/` is 404. */
export function wellKnown(req: IncomingMessage, res: ServerResponse): void {
  req.resume();
  const { pathname } = new URL(req.url ?? "", env().APP_URL);
  const document = documents[pathname];
  const { status, headers, body } = document ? answerTo(req.method, document) : notFound();
  res.writeHead(status, { ...apiHeaders(), ...headers, "content-length": Buffer.byteLength(body) });
  res.end(req.method === "HEAD" ? undefined : body);
}

const answerTo = (method: string | undefined, document: () => Answer): Answer =>
  method === "GET" || method === "HEAD" ? document() : { ...plainText(405, "method not allowed"), headers: { allow } };

const allow = "GET, HEAD";

/** RFC 9116. `Canonical` must be an https address, so a portal on plain http leaves it out. */
function securityContact(): Answer {
  const { SECURITY_CONTACT, APP_URL } = env();
  if (!SECURITY_CONTACT) return notFound();
  const canonical = APP_URL.startsWith("https:") ? [`Canonical: ${APP_URL}/.well-known/security.txt`] : [];
  const expires = new Date(Date.now() + validMs).toISOString();
  const lines = [`Contact: ${SECURITY_CONTACT}`, `Expires: ${expires}`, "Preferred-Languages: en", ...canonical];
  return plainText(200, lines.join("\n"));
}

// RFC 9116 recommends less than a year. The contact is a setting of this process, so each answer vouches for it anew.
const validMs = 180 * 24 * 60 * 60 * 1000;

/** Where password managers send people: https://w3c.github.io/webappsec-change-password-url/ */
function passwordPage(): Answer {
  return { ...plainText(302, "password page"), headers: { location: `${env().APP_URL}/password` } };
}

/** Where passkeys are added and removed: https://w3c.github.io/webappsec-passkey-endpoints/ */
function passkeyPages(): Answer {
  const page = `${env().APP_URL}/passkeys`;
  const headers = { "content-type": "application/json; charset=utf-8" };
  return { status: 200, headers, body: JSON.stringify({ enroll: page, manage: page }) };
}

const notFound = () => plainText(404, "not found");

const plainText = (status: number, text: string): Answer => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: `${text}\n`,
});
