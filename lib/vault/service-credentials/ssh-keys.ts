import { createPublicKey, type KeyObject } from "node:crypto";
import { badField } from "#lib/core/errors.ts";
import { asksForPassphrase, readPem, toSshPem } from "./ssh-pem.ts";

/** A pair of keys: the private one in OpenSSH's format, the public one as it stands in `authorized_keys`. */
export type KeyPair = { privateKey: string; publicKey: string };

/** Makes a pair of ed25519 keys; the comment ends the public one. */
export async function makeKeyPair(comment: string): Promise<KeyPair> {
  const { utils } = await ssh();
  const made = utils.generateKeyPairSync("ed25519", { comment: plain(comment) });
  // ssh2 drops the zeros at the beginning of a public half, which one of 256 has: nobody can read such a key.
  if (utils.parseKey(made.private) instanceof Error) return makeKeyPair(comment);
  return { privateKey: made.private, publicKey: made.public };
}

/**
 * Reads a private key that somebody brought, in any format that OpenSSH takes. Refuses what is no key, is only the
 * public half, asks for a passphrase, or is too weak: DSA, and RSA below 2048 bits (NIST SP 800-131A).
 */
export async function readKeyPair(text: string, comment: string): Promise<KeyPair> {
  const { utils } = await ssh();
  const brought = `${text.replaceAll("\r\n", "\n").trim()}\n`;
  if (asksForPassphrase(brought)) throw lockedKey();
  const pem = readPem(brought);
  if (pem) rejectIfWeak(pem);
  const privateKey = (pem && toSshPem(pem)) ?? brought;
  const read = utils.parseKey(privateKey);
  if (read instanceof Error) throw unusable(read);
  const key = [read].flat()[0];
  if (!key?.isPrivateKey())
    throw badField("secret", "no_private_key", "This is the public half. Bring the private key.");
  rejectIfWeak(createPublicKey(key.getPublicPEM()));
  const publicKey = `${key.type} ${key.getPublicSSH().toString("base64")} ${plain(comment)}`;
  return { privateKey, publicKey };
}

const minRsaBits = 2048;

function rejectIfWeak({ asymmetricKeyType: type, asymmetricKeyDetails }: KeyObject) {
  const advice = "Bring an ed25519 key, or have one made here.";
  if (type === "dsa")
    throw badField("secret", "weak_key", `This is a DSA key, which OpenSSH no longer takes. ${advice}`);
  const bits = asymmetricKeyDetails?.modulusLength ?? minRsaBits;
  if (bits < minRsaBits)
    throw badField("secret", "weak_key", `This RSA key has ${bits} bits, and ${minRsaBits} are the least. ${advice}`);
}

const lockedKey = () =>
  badField("secret", "locked_key", "This key asks for a passphrase. Bring it without one: it is sealed here.");

const unusable = ({ message }: Error) =>
  /passphrase|encrypted/i.test(message)
    ? lockedKey()
    : badField("secret", "no_private_key", "This is no private key in the format of OpenSSH or PEM.");

const plain = (comment: string) => comment.replace(/[^\w@.-]+/g, "-");

// Only who keeps such a key waits for the library to load.
const ssh = async () => (await import("ssh2")).default;
