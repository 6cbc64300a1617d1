import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { openPortal, sql } from "#tests/cast.ts";
import { flush, recordDeduplicated } from "./audit-dedupe.ts";

beforeAll(async () => {
  await openPortal();
});

beforeEach(() => {
  Object.assign(globalThis, { latchkeyRepeats: undefined });
});

const action = "users.get";
const refused = { action, result: "refused", code: "forbidden", address: "198.51.100.4" } as const;
const of = (credentialId: string) => ({ ...refused, credentialId });
const now = () => flush(Date.now());

/** Asks for so many things at once. */
const callOperation = (targets: string[], credentialId: string) =>
  Promise.all(targets.map((target) => recordDeduplicated({ ...of(credentialId), target })));

const idsOf = (count: number) => Array.from({ length: count }, () => randomUUID());

async function rows(credentialId: string) {
  const entries = await sql<{ count: number | null; target: string | null }>(
    "select (details->>'count')::int as count, target from audit_entries where credential_id = $1 order by id",
    credentialId,
  );
  return entries.map(({ count, target }) => [count, target]);
}

const countedIn = async (what: string) =>
  Number((await sql<{ n: string }>(`select count(*) as n from audit_entries where ${what}`))[0]?.n);

/** Refuses every row of a credential, as a database that is not well would. */
async function whileBroken(credentialId: string, what: () => Promise<void>) {
  const check = `check (credential_id is distinct from '${credentialId}') not valid`;
  await sql(`alter table audit_entries add constraint broken ${check}`);
  try {
    await what();
  } finally {
    await sql("alter table audit_entries drop constraint broken");
  }
}

test("counts go on record in several statements, and those of one that fails are kept for the next time", async () => {
  const credentials = idsOf(600);
  const [broken = ""] = credentials;
  await Promise.all(credentials.flatMap((id) => [of(id), of(id)]).map(recordDeduplicated));
  await whileBroken(broken, () => expect(now()).rejects.toThrow());
  expect(await countedIn("details ? 'count'")).toBe(100);
  await recordDeduplicated(of(broken));
  await now();
  expect(await countedIn("details ? 'count'")).toBe(600);
  expect((await rows(broken)).slice(1)).toEqual([[2, null]]);
  await now();
  expect(await countedIn("details ? 'count'")).toBe(600);
});

test("what could not be put on record at once is counted", async () => {
  const id = randomUUID();
  await whileBroken(id, () => expect(recordDeduplicated(of(id))).rejects.toThrow());
  expect(await rows(id)).toEqual([]);
  await now();
  expect(await rows(id)).toEqual([[1, null]]);
});

test("what comes while counts are being written is in the next ones, and nothing is written twice", async () => {
  const id = randomUUID();
  const ask = () => recordDeduplicated(of(id));
  await ask();
  await ask();
  const both = [now(), now()];
  // The first statement is on its way; it is answered in a later turn than this.
  await new Promise(setImmediate);
  await ask();
  await Promise.all(both);
  await now();
  expect((await rows(id)).map(([count]) => count)).toEqual([null, 1, 1]);
});

test("who asks for one thing after the other has fifty on record, and then their number", async () => {
  const id = randomUUID();
  const targets = idsOf(80);
  await callOperation(targets, id);
  await callOperation(targets.slice(0, 1), id);
  expect(await rows(id)).toHaveLength(51);
  await now();
  const counted = (await rows(id)).slice(51);
  expect(counted).toContainEqual([1, targets[0]]);
  expect(counted).toContainEqual([29, null]);
  expect(counted).toHaveLength(2);
  await recordDeduplicated({ ...of(id), action: "users.update", target: targets[70] });
  expect((await rows(id)).at(-1)).toEqual([null, targets[70]]);
});

test("one credential takes a small part of what is told apart, and gives it back", async () => {
  const [id, other] = [randomUUID(), randomUUID()];
  const from = (place: number) => recordDeduplicated({ ...of(id), address: `10.${place >> 8}.${place & 255}.1` });
  const everywhere = () => Promise.all(Array.from({ length: 600 }, (_, place) => from(place)));
  await everywhere();
  expect(await rows(id)).toHaveLength(501);
  await callOperation(idsOf(2), other);
  expect(await rows(other)).toHaveLength(2);
  await now();
  expect((await rows(id)).slice(501)).toEqual([[99, null]]);
  expect(await countedIn(`credential_id = '${id}' and details ? 'count' and address is null`)).toBe(1);
  await everywhere();
  expect((await rows(id)).length).toBeGreaterThan(502 + 490);
});
