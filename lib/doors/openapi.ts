import { z } from "zod";
import { problems } from "#lib/core/errors.ts";
import type { Operation } from "#lib/core/operation.ts";
import { env } from "#lib/env.ts";
import { operations } from "#lib/operations.ts";
import { cookieName } from "./auth.ts";
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
  tags: Object.values(tags),
  paths: paths(),
  components: {
    securitySchemes: {
      bearer: {
        type: "http",
        scheme: "bearer",
        description: "An API token `lk_pat_…`, or a session token `lk_ses_…` from `POST /sessions`.",
      },
      cookie: {
        type: "apiKey",
        in: "cookie",
        name: cookieName(),
        description: "The portal's own pages: the cookie of whoever is signed in, from the same origin.",
      },
    },
    responses: refusals(),
    schemas: { Problem: problemSchema },
  },
});

const introduction = [
  "Everything the portal can do. Sign in with `POST /sessions`, or bring an API token, as `Authorization: Bearer …`.",
  "Errors are RFC 9457 problem details with a stable `code`; `type` leads to a page that explains it.",
  "Lists answer `nextCursor`: send it as `cursor` for the next page; null means that there is none.",
  "POST takes an `Idempotency-Key`: the same request with the same key happens once, within 24 hours.",
  "Every answer to a token carries `x-token-expires` and `x-token-scopes`, and every answer an `x-request-id`.",
].join("\n\n");

type Tag = { name: string; description: string };

/** What the parts of the API are called, by the first word of their operations' names. */
const tags: Record<string, Tag> = {
  setup: { name: "Set-up", description: "The first account and its administrator, once, on a new portal." },
  sign_in: {
    name: "Sign-in",
    description: "What the sign-in page does, in two steps. Programs use `POST /sessions`, which does both.",
  },
  sessions: { name: "Sessions", description: "A session token in exchange for a password, and its end." },
  profile: { name: "Profile", description: "Who you are, as others see it." },
  picture: {
    name: "Profile picture",
    description: "PNG, JPEG or WebP goes in; a WebP of 256 pixels square comes out.",
  },
  password: { name: "Password", description: "Your own; only a signed-in person changes it, never a token." },
  tokens: {
    name: "API tokens",
    description:
      "Make, list, rename and revoke them, and ask what one may do. A secret is shown once, when it is made.",
  },
  scopes: { name: "Scopes", description: "The named slices of your rights that a token can be limited to." },
};

const tagOf = ({ name }: Operation): string => {
  const noun = name.slice(0, name.indexOf("."));
  return tags[noun]?.name ?? noun;
};

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
  description: `${whoMay(operation)}${howOften(operation)}`,
  tags: [tagOf(operation)],
  security: operation.allow === "anyone" ? [] : [{ bearer: [] }, { cookie: [] }],
  parameters: parameters(operation),
  ...requestBody(operation),
  responses: { [successOf(operation)]: success(operation), ...mayRefuse(operation) },
});

function whoMay({ allow }: Operation): string {
  if (allow === "anyone") return "Anyone may ask.";
  if (allow === "signed-in") return "For a signed-in person; no token may do this.";
  return `Needs the permission \`aims:own:${allow}\`.`;
}

function howOften({ limit, allow }: Operation): string {
  if (!limit) return "";
  return ` At most ${limit.points} in ${limit.seconds / 60} minutes for one ${allow === "anyone" ? "address" : "person"}.`;
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
    ...(isPost(operation) && operation.allow !== "anyone" ? [idempotency] : []),
    ...("version" in shapeOf(operation.input) ? [ifMatch] : []),
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

const ifMatch = {
  name: "If-Match",
  in: "header",
  required: false,
  description: "The `ETag` you read, `version` in quotes: refused with 412 when it changed since",
  schema: { type: "string", example: '"3"' },
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

/** The refusals to expect of an operation, by status; whatever else there may be is a problem as well. */
function mayRefuse(operation: Operation): Json {
  const fields = Object.keys(shapeOf(operation.input));
  const statuses = [
    ...(hasBody(operation) ? [400, 413, 415] : []),
    401,
    ...(operation.allow === "anyone" ? [] : [403]),
    ...(operation.route.includes("{") ? [404] : []),
    ...(isPost(operation) ? [409] : []),
    ...(fields.includes("version") ? [412] : []),
    ...(fields.length ? [422] : []),
    ...(operation.limit ? [429] : []),
  ];
  const entries = statuses.map((status) => [status, { $ref: `#/components/responses/${status}` }]);
  return { ...Object.fromEntries(entries), default: { $ref: "#/components/responses/default" } };
}

/** One answer for each status of the error table, with the codes it may carry. */
function refusals(): Json {
  const byStatus: Record<string, string[]> = { default: ["Any other refusal, as problem details."] };
  for (const [code, { status, title }] of Object.entries(problems)) {
    byStatus[status] ??= [];
    byStatus[status].push(`\`${code}\` ${title}`);
  }
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  const answer = (lines: string[]) => ({ description: lines.join("  \n"), content });
  return Object.fromEntries(Object.entries(byStatus).map(([status, lines]) => [status, answer(lines)]));
}

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
