import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import type { z } from "zod";
import { problems } from "#lib/core/errors.ts";
import { operations } from "#lib/operations.ts";
import { openApi } from "./openapi.ts";

type Described = {
  operationId: string;
  description: string;
  tags: string[];
  security: object[];
  parameters: { name: string; in: string; description?: string }[];
  responses: Record<string, { $ref?: string }>;
};
type Document = {
  tags: { name: string }[];
  paths: Record<string, Record<string, Described>>;
  components: { responses: Record<string, { description: string }> };
};

const document: Document = JSON.parse(JSON.stringify(openApi()));
const described = Object.values(document.paths).flatMap((path) => Object.values(path));

test("the document is valid OpenAPI 3.1", async () => {
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
});

test("every operation is in the document, under an id of its own", () => {
  const ids = described.map(({ operationId }) => operationId);
  expect(ids.toSorted()).toEqual(operations.map(({ name }) => name.replaceAll(".", "_")).toSorted());
});

test("every operation stands under a part of the API that is explained", () => {
  const explained = document.tags.map(({ name }) => name);
  for (const { tags } of described) expect(explained).toEqual(expect.arrayContaining(tags));
});

test("who may do it, and every parameter, is said in words", () => {
  const silent = described.flatMap(({ parameters }) => parameters).filter(({ description }) => !description);
  expect(silent).toEqual([]);
  expect(described.filter(({ description }) => !description)).toEqual([]);
});

test("what not anyone may do asks for a token or the cookie", () => {
  for (const { operationId, security } of described) {
    const { allow } = operations.find(({ name }) => name.replaceAll(".", "_") === operationId) ?? {};
    expect(security, operationId).toEqual(allow === "anyone" ? [] : [{ bearer: [] }, { cookie: [] }]);
  }
});

test("every code of the error table stands at its status", () => {
  for (const [code, { status }] of Object.entries(problems)) {
    expect(document.components.responses[status]?.description).toContain(`\`${code}\``);
  }
});

test("no answer that is referred to is missing", () => {
  const referred = described.flatMap(({ responses }) => Object.values(responses)).flatMap(({ $ref }) => $ref ?? []);
  for (const ref of referred) expect(document.components.responses).toHaveProperty([ref.split("/").at(-1) ?? ""]);
});

test("an example that an operation gives of its input is one that it takes", () => {
  const given = operations.flatMap(({ name, input }) => examplesOf(input).map((example) => ({ name, input, example })));
  expect(given.length).toBeGreaterThan(0);
  for (const { name, input, example } of given) {
    const problems = input.safeParse({ id: crypto.randomUUID(), ...Object(example) }).error?.issues ?? [];
    const serious = problems.filter(({ code }) => code !== "unrecognized_keys");
    expect(serious, name).toEqual([]);
  }
});

function examplesOf(input: z.ZodType): unknown[] {
  const { examples } = input.meta() ?? {};
  return Array.isArray(examples) ? examples : [];
}
