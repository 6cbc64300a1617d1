import { env } from "#lib/env.ts";
import { openBox, type SealContext, sealBox } from "./box.ts";

const version = 1;

/** Seals a secret for one place under the first of `ENCRYPTION_KEYS`. */
export function seal(context: SealContext, secret: string): Buffer {
  const [newest] = ring();
  if (!newest) throw new Error("ENCRYPTION_KEYS is not set");
  const id = Buffer.from(newest.id);
  return sealBox(Buffer.concat([Buffer.of(version, id.length), id]), newest, context, secret);
}

/** Opens what was sealed for this place; throws when it was not, was changed, or its key is gone. */
export function unseal(context: SealContext, sealed: Buffer): string {
  const headLength = 2 + (sealed[1] ?? 0);
  const id = sealed.subarray(2, headLength).toString();
  const key = ring().find((one) => one.id === id);
  if (sealed[0] !== version || !key) throw new Error(`no key "${id}" in ENCRYPTION_KEYS opens this secret`);
  return openBox(sealed, headLength, key, context);
}

const ring = () => env().ENCRYPTION_KEYS ?? [];
