import { z } from "zod";
import type { RestOperation } from "#lib/core/operation.ts";
import { binaryField, hasBody, shapeOf, successOf } from "../shape.ts";
import { isCounted, rateLimits } from "./rate-limits.ts";

type Json = Record<string, unknown>;

/** A schema of ours as JSON Schema. A pattern is left out where a format says the same. */
export function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const shown = z.toJSONSchema(schema, { io, unrepresentable: "any", target: "draft-2020-12", override: wireShape });
  return withoutNeedlessPatterns(shown) as Json;
}

function withoutNeedlessPatterns(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNeedlessPatterns);
  if (typeof value !== "object" || value === null) return value;
  const isNeedless = (key: string) => key === "pattern" && typeof (value as Json).format === "string";
  const kept = Object.entries(value).filter(([key]) => !isNeedless(key));
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutNeedlessPatterns(part)]));
}

/** Bytes are binary, our own marks are left out, what may be null says so in its type. */
function wireShape({ jsonSchema }: { jsonSchema: Json }) {
  delete jsonSchema.secret;
  delete jsonSchema.mediaTypes;
  if (jsonSchema.format === "binary") jsonSchema.type = "string";
  const [kind, none, ...more] = Array.isArray(jsonSchema.anyOf) ? jsonSchema.anyOf : [];
  const isNullable = typeof kind?.type === "string" && none?.type === "null" && more.length === 0;
  if (!isNullable) return;
  delete jsonSchema.anyOf;
  const choices = kind.enum && { enum: [...kind.enum, null] };
  Object.assign(jsonSchema, { ...kind, ...jsonSchema, type: [kind.type, "null"], ...choices });
}

/** What an operation takes in its body; nothing for one without. */
export function requestBody(operation: RestOperation): Json {
  if (!hasBody(operation)) return {};
  if (binaryField(operation.input)) return { requestBody: { required: true, content: pictureContent } };
  const inPath = [...operation.route.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
  const schema = without(schemaOf(operation.input, "input"), inPath);
  return {
    requestBody: { required: true, content: { "application/json": { schema, ...exampleOf(operation.input) } } },
  };
}

/** Zod leaves out the examples of an input that it transforms: what is given here is what is sent. */
function exampleOf(input: z.ZodType): Json {
  const { examples } = input.meta() ?? {};
  return Array.isArray(examples) ? { example: examples[0] } : {};
}

const bytes = { schema: { type: "string", format: "binary" } };
const text = { schema: { type: "string" } };
const pictureContent = { "image/png": bytes, "image/jpeg": bytes, "image/webp": bytes };

function without({ $schema, ...schema }: Json, names: string[]): Json {
  const properties = Object.entries((schema.properties ?? {}) as Json).filter(([name]) => !names.includes(name));
  const required = ((schema.required ?? []) as string[]).filter((name) => !names.includes(name));
  return { ...schema, properties: Object.fromEntries(properties), required };
}

function bytesOf(output: z.ZodType): Json {
  const named = shapeOf(output)[binaryField(output) ?? ""]?.meta()?.mediaTypes;
  const types = Array.isArray(named) && named.length ? named : ["image/webp"];
  return Object.fromEntries(types.map((type) => [type, type.startsWith("text/") ? text : bytes]));
}

/** What it answers when it went well. */
export function success(operation: RestOperation): Json {
  const said = { description: operation.summary, ...(isCounted(operation) && { headers: rateLimits }) };
  if (successOf(operation) === 204) return said;
  if (binaryField(operation.output)) return { ...said, content: bytesOf(operation.output) };
  return {
    ...said,
    content: { "application/json": { schema: without(schemaOf(operation.output, "output"), []) } },
  };
}
