import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { env } from "#lib/env.ts";

/** Where a sealed secret stands: it opens in that place and in no other (I-48). */
export type SealContext = { table: string; field: string; row: string; account: string };

const version = 1;
const ivLength = 12;
const tagLength = 16;

/**
 * Seals a secret for one place: AES-256-GCM under the first of `ENCRYPTION_KEYS`, its place as associated data.
 * Layout: version, length of the key's id, the id, nonce, tag, ciphertext.
 */
export function seal(context: SealContext, secret: string): Buffer {
  const [newest] = ring();
  if (!newest) throw new Error("ENCRYPTION_KEYS is not set");
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv("aes-256-gcm", newest.key, iv).setAAD(bound(context, newest.id));
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  const id = Buffer.from(newest.id);
  return Buffer.concat([Buffer.of(version, id.length), id, iv, cipher.getAuthTag(), sealed]);
}

/** Opens what was sealed for this place; throws when it was not, was changed, or its key is gone. */
export function unseal(context: SealContext, sealed: Buffer): string {
  const idEnd = 2 + (sealed[1] ?? 0);
  const id = sealed.subarray(2, idEnd).toString();
  const key = ring().find((one) => one.id === id)?.key;
  if (sealed[0] !== version || !key) throw new Error(`no key "${id}" in ENCRYPTION_KEYS opens this secret`);
  const iv = sealed.subarray(idEnd, idEnd + ivLength);
  const tag = sealed.subarray(idEnd + ivLength, idEnd + ivLength + tagLength);
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: tagLength });
  decipher.setAAD(bound(context, id)).setAuthTag(tag);
  const opened = [decipher.update(sealed.subarray(idEnd + ivLength + tagLength)), decipher.final()];
  return Buffer.concat(opened).toString("utf8");
}

const ring = () => env().ENCRYPTION_KEYS ?? [];

const bound = ({ table, field, row, account }: SealContext, keyId: string) =>
  Buffer.from(JSON.stringify(["latchkey", version, keyId, table, field, row, account]));
