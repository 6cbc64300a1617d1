import { generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import ssh2 from "ssh2";
import { describe, expect, test } from "vitest";
import { makeKeyPair, readKeyPair } from "./ssh-keys.ts";

const rsa = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength }).privateKey;
const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve }).privateKey;
const pem = (key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1") => key.export({ type, format: "pem" }).toString();

// What OpenSSL writes before such a key: the curve, as DER.
const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

/** What the pair signs, checked with the public half of the key that was brought. */
async function signs(brought: string, original: KeyObject): Promise<boolean> {
  const { privateKey } = await readKeyPair(brought, "ada@example.org");
  const parsed = [ssh2.utils.parseKey(privateKey)].flat()[0];
  if (!parsed || parsed instanceof Error) return false;
  const message = Buffer.from("a message");
  const signature = parsed.sign(message, original.asymmetricKeyType === "rsa" ? "sha256" : undefined);
  if (signature instanceof Error) return false;
  if (original.asymmetricKeyType === "ec") return parsed.verify(message, signature) === true;
  return verify(original.asymmetricKeyType === "rsa" ? "sha256" : null, message, original, signature);
}

describe("a private key that OpenSSH takes is taken", () => {
  const keys: [format: string, key: KeyObject, text: (key: KeyObject) => string][] = [
    ["RSA in PKCS#1", rsa(2048), (key) => pem(key, "pkcs1")],
    ["RSA in PKCS#8", rsa(2048), (key) => pem(key, "pkcs8")],
    ["ECDSA in SEC 1", ec("prime256v1"), (key) => pem(key, "sec1")],
    ["ECDSA behind its parameters", ec("prime256v1"), (key) => parameters + pem(key, "sec1")],
    ["ECDSA in PKCS#8", ec("prime256v1"), (key) => pem(key, "pkcs8")],
    ["ECDSA of 384 bits in PKCS#8", ec("secp384r1"), (key) => pem(key, "pkcs8")],
    ["ECDSA of 521 bits in PKCS#8", ec("secp521r1"), (key) => pem(key, "pkcs8")],
    ["ed25519 in PKCS#8", generateKeyPairSync("ed25519").privateKey, (key) => pem(key, "pkcs8")],
    ["RSA in PKCS#8 with Windows' line ends", rsa(2048), (key) => pem(key, "pkcs8").replaceAll("\n", "\r\n")],
  ];

  test.each(keys)("%s", async (_, key, text) => {
    expect(await signs(text(key), key)).toBe(true);
    expect((await readKeyPair(text(key), "ada@example.org")).publicKey).toMatch(
      /^(ssh|ecdsa)-\S+ \S+ ada@example\.org$/,
    );
  });

  test("OpenSSH's own format, as it is made here, unchanged", async () => {
    const { privateKey, publicKey } = await makeKeyPair("ada@example.org");
    expect(await readKeyPair(privateKey, "ada@example.org")).toEqual({ privateKey, publicKey });
  });
});

describe("is refused, with the reason:", () => {
  const encrypted = { cipher: "aes-256-cbc", passphrase: "sesame", format: "pem" } as const;
  const dsa = () => generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }).privateKey;

  test.each<[what: string, text: () => string, code: string]>([
    [
      "an encrypted key in PKCS#8",
      () =>
        rsa(2048)
          .export({ type: "pkcs8", ...encrypted })
          .toString(),
      "locked_key",
    ],
    [
      "an encrypted key in PKCS#1",
      () =>
        rsa(2048)
          .export({ type: "pkcs1", ...encrypted })
          .toString(),
      "locked_key",
    ],
    [
      "an encrypted key in SEC 1",
      () =>
        ec("prime256v1")
          .export({ type: "sec1", ...encrypted })
          .toString(),
      "locked_key",
    ],
    ["RSA of 1024 bits in PKCS#1", () => pem(rsa(1024), "pkcs1"), "weak_key"],
    ["RSA of 1024 bits in PKCS#8", () => pem(rsa(1024), "pkcs8"), "weak_key"],
    ["DSA in PKCS#8", () => pem(dsa(), "pkcs8"), "weak_key"],
    ["no key at all", () => "sesame", "no_private_key"],
    ["a broken key", () => pem(rsa(2048), "pkcs8").replace("MII", "XXX"), "no_private_key"],
    ["a curve that SSH does not know", () => pem(ec("secp256k1"), "pkcs8"), "no_private_key"],
  ])("%s", async (_, text, code) => {
    await expect(readKeyPair(text(), "ada@example.org")).rejects.toMatchObject({
      status: 422,
      details: { errors: [{ pointer: "/secret", code }] },
    });
  });

  test("the public half", async () => {
    const { publicKey } = await makeKeyPair("ada@example.org");
    await expect(readKeyPair(publicKey, "x")).rejects.toMatchObject({
      details: { errors: [{ code: "no_private_key", message: expect.stringContaining("public half") }] },
    });
  });
});
