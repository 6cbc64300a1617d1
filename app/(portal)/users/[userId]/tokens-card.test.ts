import { randomUUID } from "node:crypto";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { User } from "#lib/people/users/wire.ts";
import { TokensCard } from "./tokens-card.tsx";

const id = randomUUID();
const linksOf = (where: { account?: string; cursor?: string; nextCursor: string | null }) =>
  [
    ...renderToStaticMarkup(
      TokensCard({ user: { id } as User, tokens: [], mayChange: false, mayExplain: false, ...where }),
    ).matchAll(/href="([^"]+)"/g),
  ].map(([, href]) => href?.replaceAll("&amp;", "&"));

test("tokens go on page by page, in the account that is acted in", () => {
  expect(linksOf({ nextCursor: null })).toEqual([]);
  expect(linksOf({ nextCursor: "a+b" })).toEqual([`/users/${id}?tokens=a%2Bb#tokens`]);
  expect(linksOf({ account: "12345678", cursor: "a", nextCursor: "b" })).toEqual([
    `/users/${id}?account=12345678#tokens`,
    `/users/${id}?tokens=b&account=12345678#tokens`,
  ]);
});
