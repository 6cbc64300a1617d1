import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createTransport } from "nodemailer";
import type { Probe } from "./finding.ts";
import { openSocket } from "./guarded-socket.ts";
import { right } from "./http.ts";
import { Refused, Untrusted } from "./trouble.ts";

/** Signs in to a mail server over TLS, and sends nothing. */
export const probeMail: Probe = async ({ baseUrl, username, secret }, policy, stop) => {
  const url = new URL(baseUrl);
  const secure = url.protocol === "smtps:";
  const line = await openSocket(url, secure ? 465 : 587, policy, stop);
  const server = createTransport({
    // In the place of a socket of its own: see Line.
    getSocket: (_, done) => done(null, { connection: asSocket(line) }),
    host: url.hostname,
    secure,
    requireTLS: true,
    tls: { servername: url.hostname, ca: policy.ca },
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

/** A line does what the library asks of a socket, which is less than its types ask. */
const asSocket = (line: Duplex) => line as Socket;

function meant(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ("code" in error && error.code === "EAUTH") return new Refused();
  // The library puts a code of its own in the place of what TLS said.
  return /certificate|altname/i.test(error.message) ? new Untrusted() : error;
}
