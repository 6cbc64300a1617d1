import { z } from "zod";
import { problems } from "#lib/core/errors.ts";
import type { Operation } from "#lib/core/operation.ts";
import { env } from "#lib/env.ts";
import { operations } from "#lib/operations.ts";
import { binaryField, methodOf, shapeOf, successOf } from "./shape.ts";

type Json = Record<string, unknown>;

const shared = globalThis as { latchkeyOpenApi?: Json };

/** The OpenAPI 3.1 document of /api/v1, read off the operations once. */
export function openApi(): Json {
  shared.latchkeyOpenApi ??= buildDocument();
  return shared.latchkeyOpenApi;
}

const buildDocument = (): Json => ({
  openapi: "3.1.0",
  info: {
    title: "Latchkey",
    version: "1",
    description: introduction,
    license: { name: "MIT", identifier: "MIT" },
  },
  servers: [{ url: `${env().APP_URL}/api/v1` }],
  tags: [...new Set(operations.map(tagOf))].map((name) => ({ name })),
  paths: paths(),
  components: {
    securitySchemes: {
      bearer: {
        type: "http",
        scheme: "bearer",
        description: "An API token `lk_pat_…`, or a session token `lk_ses_…` from POST /sessions",
      },
    },
    schemas: { Problem: problemSchema },
  },
});

const introduction = [
  "Everything the portal can do. Sign in with `POST /sessions` or bring an API token, as `Authorization: Bearer …`.",
  "Errors are RFC 9457 problem details with a stable `code`. Lists answer `nextCursor`; send it as `cursor` for the next page.",
  "POST takes an `Idempotency-Key`: the same request with the same key happens once, within 24 hours.",
].join("\n\n");

const tagOf = ({ name }: Operation) => name.slice(0, name.indexOf("."));

function paths(): Json {
  const byPath: Record<string, Json> = {};
  for (const operation of operations) {
    const path = operation.route.slice(operation.route.indexOf(" ") + 1);
    byPath[path] ??= {};
    byPath[path][methodOf(operation).toLowerCase()] = describeOperation(operation);
  }
  return byPath;
}

const describeOperation = (operation: Operation): Json => ({
  operationId: operation.name.replaceAll(".", "_"),
  summary: operation.summary,
  description: whoMay(operation),
  tags: [tagOf(operation)],
  security: operation.allow === "anyone" ? [] : [{ bearer: [] }],
  parameters: parameters(operation),
  ...requestBody(operation),
  responses: { [successOf(operation)]: success(operation), default: refused },
});

function whoMay({ allow }: Operation): string {
  if (allow === "anyone") return "Anyone may ask.";
  if (allow === "signed-in") return "For a signed-in person; no token may do this.";
  return `Needs the permission \`aims:own:${allow}\`.`;
}

const schemaOf = (schema: z.ZodType, io: "input" | "output"): Json =>
  z.toJSONSchema(schema, { io, unrepresentable: "any", target: "draft-2020-12", override: wireShape }) as Json;

/** Bytes are binary, and what the wire does not carry (defaults of our own marks) is left out. */
function wireShape({ jsonSchema }: { jsonSchema: Json }) {
  delete jsonSchema.secret;
  if (jsonSchema.format === "binary") jsonSchema.type = "string";
}

function parameters(operation: Operation): Json[] {
  const inPath = new Set([...operation.route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  const inQuery = hasBody(operation) ? [] : Object.keys(shapeOf(operation.input)).filter((name) => !inPath.has(name));
  const place = (where: string) => (name: string | undefined) => parameter(operation, String(name), where);
  return [
    ...[...inPath].map(place("path")),
    ...inQuery.map(place("query")),
    ...(isPost(operation) ? [idempotency] : []),
  ];
}

function parameter({ input }: Operation, name: string, where: string): Json {
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

const isPost = (operation: Operation) => methodOf(operation) === "POST";
const hasBody = (operation: Operation) => ["POST", "PUT", "PATCH"].includes(methodOf(operation));

function requestBody(operation: Operation): Json {
  if (!hasBody(operation)) return {};
  if (binaryField(operation.input)) return { requestBody: { required: true, content: pictureContent } };
  const inPath = [...operation.route.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
  const schema = without(schemaOf(operation.input, "input"), inPath);
  return { requestBody: { required: true, content: { "application/json": { schema } } } };
}

const bytes = { schema: { type: "string", format: "binary" } };
const pictureContent = { "image/png": bytes, "image/jpeg": bytes, "image/webp": bytes };

function without({ $schema, ...schema }: Json, names: string[]): Json {
  const properties = Object.entries((schema.properties ?? {}) as Json).filter(([name]) => !names.includes(name));
  const required = ((schema.required ?? []) as string[]).filter((name) => !names.includes(name));
  return { ...schema, properties: Object.fromEntries(properties), required };
}

function success(operation: Operation): Json {
  const description = operation.summary;
  if (successOf(operation) === 204) return { description };
  if (binaryField(operation.output)) return { description, content: { "image/webp": bytes } };
  return {
    description,
    content: { "application/json": { schema: without(schemaOf(operation.output, "output"), []) } },
  };
}

const refused = {
  description: "Refused, as problem details",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail", "instance", "code"],
  properties: {
    type: { type: "string", format: "uri", description: "A page that explains the code" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string", description: "The request id" },
    code: { type: "string", enum: Object.keys(problems) },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { pointer: { type: "string" }, code: { type: "string" }, message: { type: "string" } },
      },
    },
    required: { type: "string", description: "The permission that was needed" },
    scopes: { type: "array", items: { type: "string" }, description: "The scopes that would have carried it" },
    deniedBy: { type: "string", description: "The role whose denial decided" },
  },
};
