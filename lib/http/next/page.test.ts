import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { Refusal } from "#lib/core/errors.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { plainWord } from "./asked.ts";
import { ownPath, read } from "./page.ts";

vi.mock("next/headers", () => ({
  headers: async () => new Headers({ "x-latchkey-peer": "127.0.0.1" }),
  cookies: async () => "",
}));

const base = "http://portal.test";
const goesTo = (path: string | undefined) => new URL(ownPath(path), base);

/** Texts made of what redirects are forged from. */
const piece = fc.oneof(
  fc.constantFrom(
    "/",
    "//",
    "\\",
    "/\\",
    ".",
    "..",
    "%2f",
    "%5c",
    "%09",
    "\t",
    "\n",
    "@",
    ":",
    "?",
    "#",
    "javascript:",
  ),
  fc.constantFrom("evil.example", "http:", "https://evil.example", "tokens", "\u0000", "\u2028", "／", "。"),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const path = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));

describe("where one goes on to after signing in", () => {
  test("is always a path of this portal", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          path,
          path.map((rest) => `/${rest}`),
          path.map((rest) => `/.${rest}`),
        ),
        (given) => {
          expect(goesTo(given).origin).toBe(base);
          expect(ownPath(given)).toMatch(/^\/(?![/\\])/);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("stays what it is when it is checked again", () => {
    fc.assert(fc.property(path, (given) => void expect(ownPath(ownPath(given))).toBe(ownPath(given))));
  });

  const kept = ["/", "/tokens", "/tokens/new?name=ci&scopes=Tasks&expires=30d", "/profile#phone", "/a/../tokens"];
  test.each(kept)("is kept: %s", (given) => {
    expect(goesTo(given).href).toBe(new URL(given, base).href);
  });

  const refused = [
    undefined,
    "",
    "tokens",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\tevil.example",
    "/\n/evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/tokens/..//evil.example",
    "/%2e//evil.example",
    " //evil.example",
  ];
  test.each(refused)("is the first page instead of %j", (given) => {
    expect(ownPath(given)).toBe("/");
  });
});

const look = defineOperation({
  name: "test.look",
  summary: "Look",
  route: "GET /test/{id}",
  allow: "anyone",
  input: z.strictObject({ id: z.uuid() }),
  output: z.object({}),
  run: async () => ({}),
});

describe("an address that makes no sense", () => {
  test("is the page of what does not exist, unless the page knows better", async () => {
    const refusal = await read(look, { id: "xyz" }).catch((thrown) => thrown);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: "invalid_fields", digest: "NEXT_HTTP_ERROR_FALLBACK;404" });
  });

  test.each([
    ["\u0000", ""],
    [" a\u0000b\u200b ", "ab"],
    [["one", "two"], "one"],
    [undefined, ""],
    ["\ud800", ""],
  ])("is read without what cannot be seen: %j", (said, word) => expect(plainWord(said)).toBe(word));
});
