import { randomBytes, randomUUID } from "node:crypto";
import { and, desc, eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { dataKeys } from "#db/schema/vault.ts";
import { type BoxKey, openBox, type SealContext, sealBox } from "./box.ts";
import { seal, unseal } from "./sealing.ts";

const version = 2;
const keyLength = 32;
const headLength = 1 + 16;

/**
 * Seals a secret of an account for one place under the account's newest data key, which is made when there is none
 * (I-48).
 */
export async function sealKept(tx: Db, context: SealContext, secret: string): Promise<Buffer> {
  const newest = await newestKey(tx, context.account);
  const head = Buffer.concat([Buffer.of(version), Buffer.from(newest.id.replaceAll("-", ""), "hex")]);
  return sealBox(head, newest, context, secret);
}

/** Opens what was sealed for this place; throws when it was not, was changed, or its key is gone. */
export async function openKept(db: Db, context: SealContext, sealed: Buffer): Promise<string> {
  if (sealed[0] !== version) throw new Error("this was not sealed under a data key");
  const id = uuidOf(sealed.subarray(1, headLength));
  return openBox(sealed, headLength, { id, key: await keyOf(db, context.account, id) }, context);
}

/** Where a data key stands, sealed. */
const sealContextOfKey = (id: string, account: string): SealContext => ({
  table: "data_keys",
  field: "wrapped",
  row: id,
  account,
});

const uuidOf = (bytes: Buffer) => bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

// Which key is the newest is asked each time: one that was made in a transaction that failed is no key.
async function newestKey(tx: Db, account: string): Promise<BoxKey> {
  const [newest] = await tx
    .select()
    .from(dataKeys)
    .where(eq(dataKeys.accountId, account))
    .orderBy(desc(dataKeys.createdAt), desc(dataKeys.id))
    .limit(1);
  if (!newest) return makeKey(tx, account);
  return { id: newest.id, key: unwrap(newest.id, account, newest.wrapped) };
}

async function makeKey(tx: Db, accountId: string): Promise<BoxKey> {
  const [id, key] = [randomUUID(), randomBytes(keyLength)];
  const wrapped = seal(sealContextOfKey(id, accountId), key.toString("base64"));
  await tx.insert(dataKeys).values({ id, accountId, wrapped });
  return { id, key };
}

async function keyOf(db: Db, account: string, id: string): Promise<Buffer> {
  const known = remembered(id, account);
  if (known) return known;
  const [row] = await db
    .select()
    .from(dataKeys)
    .where(and(eq(dataKeys.id, id), eq(dataKeys.accountId, account)));
  if (!row) throw new Error(`the data key ${id} is gone`);
  return unwrap(id, account, row.wrapped);
}

function unwrap(id: string, account: string, wrapped: Buffer): Buffer {
  const known = remembered(id, account);
  if (known) return known;
  const key = Buffer.from(unseal(sealContextOfKey(id, account), wrapped), "base64");
  if (opened.size >= maxOpened) opened.delete(String(opened.keys().next().value));
  opened.set(`${account} ${id}`, { key, until: Date.now() + memory });
  return key;
}

const memory = 60_000;
const maxOpened = 1000;
const shared = globalThis as { latchkeyDataKeys?: Map<string, { key: Buffer; until: number }> };
shared.latchkeyDataKeys ??= new Map();
const opened = shared.latchkeyDataKeys;

/** An opened key is kept for a minute, and no more of them than so many. */
function remembered(id: string, account: string): Buffer | undefined {
  const name = `${account} ${id}`;
  const known = opened.get(name);
  if (known && known.until > Date.now()) return known.key;
  opened.delete(name);
}
