import { createTransport } from "nodemailer";
import { addressOutside, patience } from "#lib/core/outbound.ts";
import type { Probe } from "./finding.ts";
import { right } from "./http.ts";
import { Refused, Untrusted } from "./trouble.ts";

/** Signs in to a mail server over TLS, and sends nothing. */
export const probeMail: Probe = async ({ baseUrl, username, secret }, reach) => {
  const { hostname, port, protocol } = new URL(baseUrl);
  const secure = protocol === "smtps:";
  const host = await addressOutside(hostname, reach);
  const waits = { connectionTimeout: patience, greetingTimeout: patience, socketTimeout: patience };
  const server = createTransport({
    ...waits,
    host,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTLS: true,
    tls: { servername: hostname, ca: reach.ca },
    auth: { user: username, pass: secret },
  });
  try {
    await server.verify();
  } catch (error) {
    throw meant(error);
  } finally {
    server.close();
  }
  return right("The mail server let you in.");
};

function meant(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ("code" in error && error.code === "EAUTH") return new Refused();
  // The library puts a code of its own in the place of what TLS said.
  return /certificate|altname/i.test(error.message) ? new Untrusted() : error;
}
