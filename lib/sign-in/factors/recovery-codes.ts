import { randomBytes } from "node:crypto";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { recoveryCodes } from "#db/schema/factors.ts";
import { hashPassword, isPassword } from "#lib/core/crypto/hashing.ts";
import { Refusal } from "#lib/core/errors.ts";

const howMany = 10;
/** Without letters that are taken for one another: 32 signs, 5 bits each. */
const alphabet = "abcdefghjkmnpqrstvwxyz0123456789";

/** A new code: 80 random bits as 16 signs in groups of four. */
function newCode(): string {
  const signs = Array.from(randomBytes(16), (byte) => alphabet[byte % alphabet.length]).join("");
  return signs.replace(/(.{4})(?=.)/g, "$1-");
}

/** A code as it was made, however it is typed: case, spaces and dashes do not count, nor o for 0 and l for 1. */
const canonical = (typed: string) =>
  typed.toLowerCase().replace(/[\s-]/g, "").replaceAll("o", "0").replace(/[il]/g, "1").replaceAll("u", "v");

/** Replaces a person's recovery codes by ten new ones, which are told this once; the old ones are worth nothing. */
export async function makeRecoveryCodes(tx: Db, userId: string): Promise<string[]> {
  const codes = Array.from({ length: howMany }, newCode);
  const hashes = await Promise.all(codes.map((code) => hashPassword(canonical(code))));
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await tx.insert(recoveryCodes).values(hashes.map((hash, place) => ({ userId, number: place + 1, hash })));
  return codes;
}

/** Uses a recovery code up with one conditional write; says wrong and used apart. */
export async function takeRecoveryCode(tx: Db, userId: string, typed: string): Promise<Refusal | null> {
  const code = canonical(typed);
  for (const { number, hash } of await readRecoveryCodes(tx, userId)) {
    if (!(await isPassword(hash, code))) continue;
    return (await takeNumber(tx, userId, number)) ? null : new Refusal("code_used", usedOnce);
  }
  return new Refusal("wrong_code", "This is none of your recovery codes. Look for one that is not struck through.");
}

const usedOnce = "This recovery code was used before: each one is good once. Take another.";

/** A person's codes as they are kept, by their number. */
export const readRecoveryCodes = (db: Db, userId: string) =>
  db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, userId)).orderBy(asc(recoveryCodes.number));

async function takeNumber(tx: Db, userId: string, number: number): Promise<boolean> {
  const unused = and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.number, number), isNull(recoveryCodes.usedAt));
  const [taken] = await tx
    .update(recoveryCodes)
    .set({ usedAt: sql`now()` })
    .where(unused)
    .returning({ number: recoveryCodes.number });
  return taken !== undefined;
}
