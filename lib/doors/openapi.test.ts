import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { problems } from "#lib/core/problems.ts";
import { operations } from "#lib/operations.ts";
import { openApi } from "./openapi.ts";

type Described = {
  operationId: string;
  description: string;
  tags: string[];
  security: object[];
  parameters: { name: string; in: string; description?: string }[];
  requestBody?: { content: Record<string, { example?: object }> };
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

test("an example that the document gives of a body is one that its operation takes", () => {
  const given = described.flatMap(({ operationId, requestBody }) => {
    const example = requestBody?.content["application/json"]?.example;
    return example ? [{ operationId, example }] : [];
  });
  expect(given.length).toBeGreaterThan(3);
  for (const { operationId, example } of given) {
    const { input, route = "" } = operations.find(({ name }) => name.replaceAll(".", "_") === operationId) ?? {};
    const names = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const inPath = Object.fromEntries(
      names.map((name) => [name, name === "accountId" ? "20000001" : crypto.randomUUID()]),
    );
    expect(input?.safeParse({ ...inPath, ...example }).error, operationId).toBeUndefined();
  }
});
