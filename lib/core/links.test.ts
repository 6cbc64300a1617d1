import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { primary, transaction } from "#db/client.ts";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { rounds } from "#tests/depth.ts";
import { dropLinks, type LinkPurpose, lookAtLink, mintLink, takeLink } from "./links.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

const mint = async (purpose: LinkPurpose = "reset", mailId: string = randomUUID(), minutes = 30) => {
  const order = { userId: cast.ben.id, purpose, words: "Go on", path: "/somewhere", minutes, data: { for: "this" } };
  return String(await mintLink(mailId, order)).slice("/somewhere/".length);
};

const take = (secret: string, purpose: LinkPurpose = "reset") => transaction((tx) => takeLink(tx, purpose, secret));
const look = (secret: string, purpose: LinkPurpose = "reset") => lookAtLink(primary(), purpose, secret);

test("a link is looked at as often as one likes, and taken once", async () => {
  const secret = await mint();
  expect(secret).toMatch(/^lk_lnk_\w{49}$/);
  for (let n = 0; n < 2; n++) expect(await look(secret)).toMatchObject({ userId: cast.ben.id, data: { for: "this" } });
  expect(await take(secret)).toMatchObject({ userId: cast.ben.id });
  expect([await look(secret), await take(secret)]).toEqual([undefined, undefined]);
});

test("it opens what it was made for, and nothing else", async () => {
  const secret = await mint("email");
  expect([await look(secret, "reset"), await take(secret, "email-undo")]).toEqual([undefined, undefined]);
  expect(await take(secret, "email")).toBeDefined();
});

test("it is good for its time", async () => {
  const secret = await mint();
  await sql("update links set expires_at = now()");
  expect([await look(secret), await take(secret)]).toEqual([undefined, undefined]);
});

test("a mail that is sent again takes the worth from the link it held before", async () => {
  const mailId = randomUUID();
  const [first, second] = [await mint("reset", mailId), await mint("reset", mailId)];
  expect(await look(first)).toBeUndefined();
  expect(await look(second)).toBeDefined();
});

test("all links of a person for one purpose can be dropped, and only those", async () => {
  const [reset, email] = [await mint("reset"), await mint("email")];
  await transaction((tx) => dropLinks(tx, cast.ben.id, "reset"));
  expect([await look(reset), (await look(email, "email"))?.purpose]).toEqual([undefined, "email"]);
});

test("what is kept tells nobody the link", async () => {
  const secret = await mint();
  const [kept] = await sql<{ text: string }>("select string_agg(l::text, ' ') as text from links l");
  expect(kept?.text).not.toContain(secret);
});

test(`of twenty uses at once one wins: ${rounds(500)} rounds`, async () => {
  for (let round = 0; round < rounds(500); round++) {
    const secret = await mint();
    const taken = await Promise.all(Array.from({ length: 20 }, () => take(secret)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  }
});
