import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { publishedApi } from "#lib/http/openapi/published.ts";
import { configure } from "./settings.ts";

const file = readFileSync("public/openapi.json", "utf8");
const digest = createHash("sha256").update(file).digest("hex").slice(0, 12);

/** The newest two: what is not released yet, and, right after a release, the release itself. */
const newest = readFileSync("CHANGELOG.md", "utf8").split(/^## /m).slice(1, 3).join("").replace(/\s+/g, " ");

test("public/openapi.json is what the operations make of it", () => {
  configure({});
  expect(file === publishedApi(), "It is out of date. Run `npm run openapi`.").toBe(true);
});

test("CHANGELOG.md names the API document that stands here", () => {
  const remedy = `Say in CHANGELOG.md what changed for API users, and end that entry with (API document \`${digest}\`).`;
  expect(newest.includes(`(API document \`${digest}\`)`), remedy).toBe(true);
});
