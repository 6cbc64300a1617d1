import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Where a sealed secret stands: it opens in that place and in no other (I-48). */
export type SealContext = { table: string; field: string; row: string; account: string };

/** A key by its id, which the box names. */
export type BoxKey = { id: string; key: Buffer };

const ivLength = 12;
const tagLength = 16;

/**
 * Seals a secret for one place: AES-256-GCM, with the place as associated data. Layout: head, nonce, tag, ciphertext.
 * The head's first byte is the version, which says how the key's id follows: 1, its length and its text, under
 * `ENCRYPTION_KEYS`; 2, sixteen bytes, under a data key.
 */
export function sealBox(head: Buffer, { id, key }: BoxKey, context: SealContext, secret: string): Buffer {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(associated(head, id, context));
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([head, iv, cipher.getAuthTag(), sealed]);
}

/** Opens what was sealed for this place behind a head of so many bytes; throws when it was not, or was changed. */
export function openBox(sealed: Buffer, headLength: number, { id, key }: BoxKey, context: SealContext): string {
  const [head, box] = [sealed.subarray(0, headLength), sealed.subarray(headLength)];
  const decipher = createDecipheriv("aes-256-gcm", key, box.subarray(0, ivLength), { authTagLength: tagLength });
  decipher.setAAD(associated(head, id, context)).setAuthTag(box.subarray(ivLength, ivLength + tagLength));
  const opened = [decipher.update(box.subarray(ivLength + tagLength)), decipher.final()];
  return Buffer.concat(opened).toString("utf8");
}

const associated = ([version]: Buffer, keyId: string, { table, field, row, account }: SealContext) =>
  Buffer.from(JSON.stringify(["latchkey", version, keyId, table, field, row, account]));
