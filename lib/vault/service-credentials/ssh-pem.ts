import { createPrivateKey, type KeyObject } from "node:crypto";

/**
 * Whether a private key asks for a passphrase, by what it says of itself: PKCS#8 (RFC 5958) or the older PEM (RFC
 * 1421).
 */
export const asksForPassphrase = (pem: string): boolean =>
  /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4, *ENCRYPTED/m.test(pem);

const pemOfKeys = /-----BEGIN (EC |RSA |DSA |)PRIVATE KEY-----/;

/**
 * A private key in PEM, behind the block of parameters that OpenSSL writes before an EC key; undefined for all else.
 */
export function readPem(text: string): KeyObject | undefined {
  const start = text.search(pemOfKeys);
  if (start < 0) return undefined;
  try {
    return createPrivateKey(text.slice(start));
  } catch {
    return undefined;
  }
}

/**
 * A key as both OpenSSH and ssh2 take it: PKCS#1 (RSA), SEC 1 (ECDSA) or OpenSSH's own format (ed25519), whatever it
 * was in; undefined for a kind that SSH does not know.
 */
export function toSshPem(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType === "rsa") return key.export({ type: "pkcs1", format: "pem" }).toString();
  if (key.asymmetricKeyType === "ec") return key.export({ type: "sec1", format: "pem" }).toString();
  if (key.asymmetricKeyType === "ed25519") return openSshEd25519(key);
  return undefined;
}

/** OpenSSH's own format (PROTOCOL.key): the only one for ed25519 that every version of OpenSSH reads. */
function openSshEd25519(key: KeyObject): string {
  const { d = "", x = "" } = key.export({ format: "jwk" });
  const [seed, point] = [Buffer.from(d, "base64url"), Buffer.from(x, "base64url")];
  const type = field("ssh-ed25519");
  // The two numbers at the beginning tell a wrong passphrase from a right one; without any they are the same.
  const secret = Buffer.concat([Buffer.alloc(8), type, field(point), field(Buffer.concat([seed, point])), field("")]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (secret.length % 8)) % 8));
  const whole = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    ...[field("none"), field("none"), field(""), uint32(1)],
    ...[field(Buffer.concat([type, field(point)])), field(Buffer.concat([secret, padding]))],
  ]);
  const lines = whole.toString("base64").match(/.{1,70}/g) ?? [];
  return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n");
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A string as SSH writes it (RFC 4251, section 5): its length, then its bytes. */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}
