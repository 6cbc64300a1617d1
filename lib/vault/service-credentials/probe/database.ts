import pg from "pg";
import { type EgressPolicy, isOpened } from "#lib/core/net/egress-policy.ts";
import type { Probe } from "./finding.ts";
import { openSocket } from "./guarded-socket.ts";
import { right } from "./http.ts";
import { Refused, UnexpectedReply } from "./trouble.ts";

/** Signs in to a Postgres, over TLS unless the address says `sslmode=disable` and is in a network that was opened. */
export const probeDatabase: Probe = async ({ baseUrl, username, secret }, policy, stop) => {
  const url = new URL(baseUrl);
  const line = await openSocket(url, 5432, policy, stop);
  const client = new pg.Client({
    // In the place of a socket of its own: see Line.
    stream: () => line,
    host: line.address,
    database: decodeURIComponent(url.pathname.slice(1)) || username,
    user: username,
    password: secret,
    ssl: tlsFor(url, line.address, policy),
    application_name: "latchkey",
  });
  // A connection that breaks later is nobody's concern any more.
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    throw wordsFor(error);
  } finally {
    client.end().catch(() => {});
  }
  return right("The database let you in.");
};

function tlsFor({ hostname, searchParams }: URL, host: string, { ca }: EgressPolicy) {
  const isPlain = searchParams.get("sslmode") === "disable";
  if (isPlain && !isOpened(host))
    throw new UnexpectedReply("Without TLS only databases in a private network are tried.");
  return isPlain ? false : { servername: hostname, ca };
}

function wordsFor(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (/does not support SSL/.test(error.message)) return new UnexpectedReply("It speaks no TLS.");
  const code = "code" in error ? String(error.code) : "";
  if (/^28/.test(code)) return new Refused();
  if (code === "3D000") return new UnexpectedReply("It has no database of that name.");
  return error;
}
