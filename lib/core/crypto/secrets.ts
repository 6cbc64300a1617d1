import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject, randomBytes, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import { env } from "#lib/env.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const bodyLength = 43;
const sumLength = 6;

/**
 * What a secret opens: `pat` a personal access token, `ses` a session, `tkt` a sign-in ticket, `set` the set-up link,
 * `aim` a session of AIMS, `chl` the next step of a sign-in, `dev` knows a browser again, `lnk` what was mailed as a
 * link, `gtw` a gateway, `api` an API user's token, `aus` what an API user signs in with, `cus` the customer key that
 * names its account.
 */
export type SecretKind = "pat" | "ses" | "aim" | "tkt" | "set" | "chl" | "dev" | "lnk" | "gtw" | "api" | "aus" | "cus";

const shape = new RegExp(
  `^lk_(pat|ses|aim|tkt|set|chl|dev|lnk|gtw|api|aus|cus)_([0-9A-Za-z]{${bodyLength}})([0-9A-Za-z]{${sumLength}})$`,
);

/**
 * A new secret: `lk_<kind>_`, 43 base62 characters (256 random bits), 6 base62 characters of CRC32 over all
 * before them, so that a copying error is told from an unknown secret without asking the database.
 */
export function mintSecret(kind: SecretKind): string {
  const head = `lk_${kind}_${base62(BigInt(`0x${randomBytes(32).toString("hex")}`), bodyLength)}`;
  return head + checksum(head);
}

/** The kind of a well-formed secret; null when its shape or checksum is wrong. */
export function kindOfSecret(secret: string): SecretKind | null {
  const [, kind] = shape.exec(secret) ?? [];
  if (!kind) return null;
  const head = secret.slice(0, -sumLength);
  return checksum(head) === secret.slice(-sumLength) ? (kind as SecretKind) : null;
}

/** What is stored of a secret: SHA-256, enough for 256 random bits. */
export const hashSecret = (secret: string): Buffer => hash("sha256", secret, "buffer");

const checksum = (text: string) => base62(BigInt(crc32(text)), sumLength);

function base62(number: bigint, length: number): string {
  let text = "";
  for (let rest = number; text.length < length; rest /= 62n) text = alphabet[Number(rest % 62n)] + text;
  return text;
}

/** A key for one purpose, derived from AUTH_SECRET (HKDF, RFC 5869): one kind of artefact never passes as another. */
function keyFor(purpose: string): KeyObject {
  const secret = env().AUTH_SECRET;
  if (!secret) throw new Error("AUTH_SECRET is not set");
  return createSecretKey(Buffer.from(hkdfSync("sha256", secret, "latchkey", purpose, 32)));
}

const keys = new Map<string, KeyObject>();

/** HMAC-SHA-256 of a text for one purpose: whoever reads what is stored cannot try guesses at a password in it. */
export function mac(purpose: string, text: string): Buffer {
  const key = keys.get(purpose) ?? keyFor(purpose);
  keys.set(purpose, key);
  return createHmac("sha256", key).update(text).digest();
}

/** Signs a value for one purpose: base64url JSON, a dot, HMAC-SHA-256. */
export function sign(purpose: string, value: unknown): string {
  return seal(purpose, Buffer.from(JSON.stringify(value)).toString("base64url"));
}

/** The value of a text signed for this purpose, to the letter; undefined when it was not. */
export function openSigned(purpose: string, text: string): unknown {
  const body = text.slice(0, Math.max(0, text.indexOf(".")));
  const given = Buffer.from(text);
  const right = Buffer.from(seal(purpose, body));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return JSON.parse(Buffer.from(body, "base64url").toString());
}

const seal = (purpose: string, body: string) => `${body}.${mac(purpose, body).toString("base64url")}`;
