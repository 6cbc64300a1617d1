import { notPublic, TimedOut, Unreachable } from "#lib/core/net/egress-policy.ts";
import type { Finding } from "./finding.ts";

/** The system said no to the secret. */
export class Refused extends Error {
  override name = "Refused";
}

/** The system's certificate is not one to trust. */
export class Untrusted extends Error {
  override name = "Untrusted";
}

/** The system answered, but not as one of its kind does. Its message is for whoever keeps the secret. */
export class UnexpectedReply extends Error {
  override name = "Odd";
}

/** The SSH server has another host key than the one it is known by. */
export class HostChanged extends Error {
  override name = "HostChanged";
  readonly hostKey: string;

  constructor(hostKey: string) {
    super("Its host key is not the one it is known by. Somebody may be in its place: ask an administrator.");
    this.hostKey = hostKey;
  }
}

const untrusted =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)|ERR_TLS_CERT|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|PATH_LENGTH|CRL_)/;
const nobodyThere = /^(ECONN|EHOST|ENET|EPIPE|EADDR|EAI_|ENOTFOUND|EDNS|ESOCKET)/;
const late = /^(ETIMEDOUT|ERR_SOCKET_CONNECTION_TIMEOUT|ESOCKETTIMEDOUT)/;

/** What a failed try means, in words that tell nothing of our own network. */
export function findingOf(error: unknown): Finding {
  if (error instanceof Refused) return { result: "wrong_password", words: "It refused the name, or the secret." };
  if (error instanceof TimedOut) return { result: "timed_out", words: error.message };
  if (error instanceof Unreachable) return { result: "unreachable", words: error.message };
  if (error instanceof UnexpectedReply) return { result: "other", words: error.message };
  if (error instanceof HostChanged) return { result: "host_changed", words: error.message, hostKey: error.hostKey };
  if (error instanceof Untrusted) return { result: "bad_certificate", words: "Its certificate is not one to trust." };
  return byCode(codesOf(error));
}

function byCode(codes: string[]): Finding {
  const found = (pattern: RegExp) => codes.find((code) => pattern.test(code));
  const bad = found(untrusted);
  if (bad) return { result: "bad_certificate", words: `Its certificate is not one to trust (${bad}).` };
  if (found(late)) return { result: "timed_out", words: "It did not answer in time." };
  // A name that is not there is told as one that leads inside: or one would learn which names there are inside.
  if (found(/^(ENOTFOUND|EAI_|EDNS)/)) return { result: "unreachable", words: notPublic };
  const away = found(nobodyThere);
  if (away) return { result: "unreachable", words: `It could not be reached (${away}).` };
  return { result: "other", words: `It did not work${codes[0] ? ` (${codes[0]})` : ""}.` };
}

/** The codes of an error and of what caused it, however many connections were tried. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const own = "code" in error ? [String(error.code)] : [];
  const tried = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...own, ...tried, ...codesOf(error.cause)];
}
