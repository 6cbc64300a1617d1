import { z } from "zod";
import type { RestOperation } from "#lib/core/operation.ts";
import { hasBody, shapeOf } from "../shape.ts";
import { schemaOf } from "./bodies.ts";
import type { Json } from "./document.ts";

export function parameters(operation: RestOperation): Json[] {
  const inPath = new Set([...operation.route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  const inQuery = hasBody(operation) ? [] : Object.keys(shapeOf(operation.input)).filter((name) => !inPath.has(name));
  const place = (where: string) => (name: string | undefined) => parameter(operation, String(name), where);
  return [
    ...[...inPath].map(place("path")),
    ...inQuery.map(place("query")),
    ...(operation.idempotencyKey && operation.allow !== "anyone" ? [idempotency] : []),
    ...("version" in shapeOf(operation.input) ? [ifMatch] : []),
  ];
}

function parameter({ input }: RestOperation, name: string, where: string): Json {
  const { description, ...schema } = schemaOf(shapeOf(input)[name] ?? z.string(), "input");
  delete schema.$schema;
  return { name, in: where, required: where === "path", description, schema };
}

const idempotency = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "A UUID, or 16 to 128 characters: repeating the request with it has no second effect",
  schema: { type: "string", minLength: 16, maxLength: 128 },
};

const ifMatch = {
  name: "If-Match",
  in: "header",
  required: false,
  description: 'The `ETag` you read, such as `"3"`: refused with 412 when it has changed since',
  schema: { type: "string" },
};
