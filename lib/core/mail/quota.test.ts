import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { transaction, withTenant } from "#db/client.ts";
import { account, type Cast, openStage, sql } from "#tests/cast.ts";
import { rounds } from "#tests/depth.ts";
import { queueMail } from "./queue.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

const fresh = () => `${randomUUID()}@elsewhere.example`;
const words = { subject: "Hello", paragraphs: ["Hello,"] };
const send = (to: string, countedFor: string | null = cast.here) =>
  transaction((tx) => queueMail(tx, { ...words, to, countedFor }));

/** How many of so many go. */
async function going(to: string, tries: number, countedFor: string | null = cast.here) {
  let gone = 0;
  for (let n = 0; n < tries; n++)
    await send(to, countedFor).then(
      () => gone++,
      (refusal) => expect(refusal.code).toBe("too_many_requests"),
    );
  return gone;
}

test("five mails an hour go to an address that is not proven; the sixth is refused with the time", async () => {
  const to = fresh();
  expect(await going(to, 5)).toBe(5);
  await sql("update unproven_mails set sent_at[1] = sent_at[1] - interval '20 minutes' where cardinality(sent_at) = 5");
  const refusal = await send(to).catch((error) => error);
  expect(refusal).toMatchObject({ code: "too_many_requests", status: 429 });
  expect(refusal.message).toMatch(/nobody has confirmed\. Try again in (39|40) minutes\.$/);
  expect(refusal.details.retryAfter).toBeGreaterThan(39 * 60 - 60);
  expect(refusal.details.retryAfter).toBeLessThanOrEqual(40 * 60);
});

test("one that is an hour old makes room for one", async () => {
  const to = fresh();
  expect(await going(to, 6)).toBe(5);
  await sql("update unproven_mails set sent_at[1] = sent_at[1] - interval '1 hour'");
  expect(await going(to, 2)).toBe(1);
});

test("all spellings of an address are one", async () => {
  const name = randomUUID();
  const spellings = ["jos\u00e9", "Jose\u0301", "JOS\u00c9"].flatMap((part) =>
    ["b\u00fccher", "BU\u0308CHER", "xn--bcher-kva"].map((domain) => `${name}-${part}@${domain}.example`),
  );
  let gone = 0;
  for (const to of spellings) gone += await going(to, 1);
  expect(gone).toBe(5);
});

test.each([
  ["what stands after a +", ["", "+", "+1", "+a.b", "+1+2", "+2", "+3"].map((tag) => `{}${tag}@elsewhere.example`)],
  [
    "dots, where Google has the mail",
    ["{}ab", "{}a.b", "{}.ab", "{}.a.b", "{}a.b+1"].map((name) => `${name}@gmail.com`),
  ],
  [
    "the two names of Google's mail",
    [..."abcdef"].map((tag) => `{}.x+${tag}@${tag < "d" ? "gmail" : "GoogleMail"}.com`),
  ],
])("%s makes no other mailbox", async (_, spellings) => {
  const name = randomUUID();
  let gone = 0;
  for (const to of [...spellings, ...spellings]) gone += await going(to.replace("{}", name), 1);
  expect(gone).toBe(5);
});

test("dots elsewhere, and a name that begins with +, are other mailboxes", async () => {
  const name = randomUUID();
  for (const to of [`${name}.a`, `${name}a`, `+${name}`, `+${name}a`])
    expect(await going(`${to}@elsewhere.example`, 5)).toBe(5);
});

test("to an address that its person proved go as many as there are", async () => {
  expect(await going(fresh(), 8, null)).toBe(8);
});

test("another company has five of its own; beyond ten in all, each has one", async () => {
  const to = fresh();
  expect(await going(to, 6)).toBe(5);
  expect(await going(to, 6, cast.there)).toBe(5);
  for (const name of ["Third", "Fourth"]) expect(await going(to, 3, await account(name))).toBe(1);
});

test("what is taken back was not counted, within an account too", async () => {
  const to = fresh();
  for (let n = 0; n < 6; n++) {
    const taken = transaction((tx) =>
      withTenant(tx, [cast.here], async (bound) => {
        await queueMail(bound, { ...words, to, countedFor: cast.here });
        throw new Error("changed my mind");
      }),
    );
    await expect(taken).rejects.toThrow("changed my mind");
  }
  expect(await going(to, 6)).toBe(5);
});

test("of twelve at once five go, 500 times over", { timeout: 120_000 }, async () => {
  for (let round = 0; round < rounds(500); round++) {
    const to = fresh();
    const all = await Promise.allSettled(Array.from({ length: 12 }, () => send(to)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  }
});
