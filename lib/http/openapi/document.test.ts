import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { patternsOf, scopes } from "#lib/access/scopes/catalogue.ts";
import { authorize } from "#lib/core/authorize.ts";
import type { Operation } from "#lib/core/operation.ts";
import { problems } from "#lib/core/problems.ts";
import { operations } from "#lib/operations.ts";
import { openApi } from "./document.ts";

type Described = {
  operationId: string;
  description: string;
  tags: string[];
  security: object[];
  "x-required-scopes"?: string[];
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

test("the scopes that are named are those, and all those, with which a token may do it", () => {
  const everything = [{ role: "All", permissions: { "*:*:*:*": "allowed" as const } }];
  const opens = (operation: Operation, scope: string) => {
    const credential = { kind: "token" as const, id: "", name: "", scopes: [], createdAt: new Date(), expiresAt: null };
    const who = { id: "", accountId: "", accountName: "", username: "", fullName: "", email: "", factors: [] };
    try {
      authorize(operation, { ...who, credential, grants: everything, limits: patternsOf([scope]) });
      return true;
    } catch {
      return false;
    }
  };
  for (const operation of operations) {
    const found = described.find(({ operationId }) => operationId === operation.name.replaceAll(".", "_"));
    const opening = scopes().filter(({ name }) => operation.allow !== "anyone" && opens(operation, name));
    const any = opening.length === scopes().length;
    const expected = opening.length ? opening.map(({ name }) => name) : undefined;
    expect([operation.name, found?.["x-required-scopes"]]).toEqual([operation.name, any ? [] : expected]);
  }
});

test("what only a signed-in person does says so, and names no scope", () => {
  const closed = operations.filter(({ by }) => by === "session").map(({ name }) => name.replaceAll(".", "_"));
  const found = described.filter(({ operationId }) => closed.includes(operationId));
  expect(found.length).toBe(closed.length);
  for (const { operationId, description, ...rest } of found) {
    expect(description, operationId).toContain("For a signed-in person; no token and no API user may do this");
    expect(rest).not.toHaveProperty("x-required-scopes");
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
