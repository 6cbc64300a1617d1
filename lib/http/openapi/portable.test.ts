import { execFileSync } from "node:child_process";
import Ajv from "ajv";
import { expect, test } from "vitest";
import { z } from "zod";
import { operations } from "#lib/operations.ts";
import { configure } from "#tests/settings.ts";
import { openApi } from "./document.ts";

configure({});

type Schema = { pattern?: string; format?: string; [key: string]: unknown };
type Example = { at: string; schema: Schema; example: unknown };

const document = JSON.parse(JSON.stringify(openApi()));

/** Every object in the document, with where it stands. */
function* objectsIn(value: unknown, at = ""): Generator<[at: string, object: Schema]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Schema];
  for (const [key, part] of Object.entries(value)) yield* objectsIn(part, `${at}/${key}`);
}

const objects = [...objectsIn(document)];
const patterns = [...new Set(objects.flatMap(([, { pattern }]) => (typeof pattern === "string" ? [pattern] : [])))];

const plain = "[\\w :@,*+?()|{}-]";
const escaped = "\\\\[dws.*+?()/-]";

/**
 * What ECMA-262 reads alike with and without its flag u, and Python's re, Go's regexp and RFC 9485 as well: plain
 * characters, classes of them, \d \w \s, groups, choices and counts. No looking around, no names, no properties.
 */
const portable = new RegExp(`^\\^(?:${plain}|${escaped}|\\[\\^?(?:[^\\\\[\\]]|${escaped})+\\])+\\$$`);

test("there are patterns in the document, and each says the same to every program that reads it", () => {
  expect(patterns.length).toBeGreaterThan(8);
  expect(patterns.filter((pattern) => !portable.test(pattern))).toEqual([]);
  for (const pattern of patterns) for (const flags of ["", "u"]) new RegExp(pattern, flags);
  expect(patterns.filter((pattern) => /\(\?[^:]/.test(pattern))).toEqual([]);
});

/** Every expression with flags that a schema of zod holds, however deep. */
function* flaggedIn(value: unknown, seen = new Set<unknown>()): Generator<string> {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof RegExp && value.flags !== "") yield value.source;
  const inner = (value as { _zod?: { def: object } })._zod?.def ?? value;
  for (const part of Object.values(inner)) yield* flaggedIn(part, seen);
}

test("no pattern is in the document that would need its flags", () => {
  const flagged = new Set(operations.flatMap(({ input, output }) => [...flaggedIn(input), ...flaggedIn(output)]));
  expect(patterns.filter((pattern) => flagged.has(pattern))).toEqual([]);
  expect([...flaggedIn(z.object({ a: z.array(z.string().regex(/b/i)).optional() }))]).toEqual(["b"]);
});

const hasPython = () => {
  try {
    return execFileSync("python3", ["--version"]).length > 0;
  } catch {
    return false;
  }
};

test.runIf(hasPython())("Python reads the patterns, too", () => {
  const read = "import json, re, sys; print(json.dumps([re.compile(p).pattern for p in json.load(sys.stdin)]))";
  expect(JSON.parse(String(execFileSync("python3", ["-c", read], { input: JSON.stringify(patterns) })))).toEqual(
    patterns,
  );
});

/** The examples of bodies and of fields, each with its schema. */
const examples = objects.flatMap(([at, object]): Example[] => {
  const schema = (object.schema as Schema | undefined) ?? object;
  return "example" in object && typeof object.example !== "undefined" && (object.schema || object.type)
    ? [{ at, schema, example: object.example }]
    : [];
});

test.each([true, false])("every example fits its own schema, with the flag u of patterns %s", (unicodeRegExp) => {
  const ajv = new Ajv({ strict: false, unicodeRegExp, validateFormats: false });
  const wrong = examples.filter(({ schema, example }) => !ajv.validate(schema, example)).map(({ at }) => at);
  expect(wrong).toEqual([]);
  expect(examples.length).toBeGreaterThan(40);
});

test("what is sent as text is text, and nothing that is no JSON value is called JSON", () => {
  const contents = objects.flatMap(([at, object]) =>
    Object.entries((object.content as Record<string, Schema>) ?? {}).map(([type, { schema }]) => ({
      at,
      type,
      schema: schema as Schema,
    })),
  );
  const texts = contents.filter(({ type }) => type.startsWith("text/"));
  expect(texts.filter(({ schema }) => JSON.stringify(schema) !== '{"type":"string"}')).toEqual([]);
  expect([...new Set(contents.map(({ type }) => type))].filter((type) => /json/.test(type)).toSorted()).toEqual([
    "application/json",
    "application/problem+json",
  ]);
});
