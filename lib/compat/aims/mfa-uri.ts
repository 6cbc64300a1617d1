import { badField } from "#lib/core/errors.ts";
import { keptSecret } from "#lib/sign-in/factors/totp.ts";

const issuer = "Alert Logic";

type Named = { username: string; email: string };

/**
 * Reads the `otpauth://` address with which a client of AIMS brings its own secret, and answers it as it is kept. The
 * label is `Alert Logic:` and the person's username or e-mail address; the secret has 16 to 20 bytes, the codes 6 to 10
 * digits, for 30 to 60 seconds (MF1). Anything else is refused.
 */
export function readMfaUri(uri: string, person: Named): string {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url || !isTotp(url) || !isLabel(url, person)) throw unfit();
  const given = url.searchParams;
  const secret = given.get("secret") ?? "";
  const digits = whole(given.get("digits"), 6);
  const period = whole(given.get("period"), 30);
  const isFit =
    given.get("issuer") === issuer &&
    given.get("algorithm") === "SHA1" &&
    isSecret(secret) &&
    within(digits, 6, 10) &&
    within(period, 30, 60);
  if (!isFit) throw unfit();
  return keptSecret(secret, digits, period);
}

const unfit = () => badField("uri", "invalid", "This is not an otpauth address as it is wanted here.");

const isTotp = (url: URL) => url.protocol === "otpauth:" && url.host === "totp";

function isLabel(url: URL, { username, email }: Named): boolean {
  const label = decoded(url.pathname.slice(1)).toLowerCase();
  return [username, email].some((name) => label === `${issuer}:${name}`.toLowerCase());
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** Base32 without padding, of 16 to 20 bytes. */
const isSecret = (secret: string) => /^[A-Z2-7]{26,32}$/.test(secret) && ![1, 3, 6].includes(secret.length % 8);

const whole = (text: string | null, otherwise: number) => {
  if (text === null) return otherwise;
  return /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
};

const within = (number: number, least: number, most: number) => number >= least && number <= most;
