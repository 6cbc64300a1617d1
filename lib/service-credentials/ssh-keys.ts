import { badField } from "#lib/core/errors.ts";

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

/** Reads a private key that somebody brought. Refuses what is no key, is only the public half, or asks for a passphrase. */
export async function readKeyPair(text: string, comment: string): Promise<KeyPair> {
  const { utils } = await ssh();
  const privateKey = `${text.replaceAll("\r\n", "\n").trim()}\n`;
  const read = utils.parseKey(privateKey);
  if (read instanceof Error) throw unusable(read);
  const key = [read].flat()[0];
  if (!key?.isPrivateKey())
    throw badField("secret", "no_private_key", "This is the public half. Bring the private key.");
  const publicKey = `${key.type} ${key.getPublicSSH().toString("base64")} ${plain(comment)}`;
  return { privateKey, publicKey };
}

const unusable = ({ message }: Error) =>
  /passphrase|encrypted/i.test(message)
    ? badField("secret", "locked_key", "This key asks for a passphrase. Bring it without one: it is sealed here.")
    : badField("secret", "no_private_key", "This is no private key in the format of OpenSSH or PEM.");

const plain = (comment: string) => comment.replace(/[^\w@.-]+/g, "-");

// Only who keeps such a key waits for the library to load.
const ssh = async () => (await import("ssh2")).default;
