import { z } from "zod";
import type { Operation } from "#lib/core/operation.ts";
import { permissionOf } from "#lib/core/permissions.ts";
import { isBound } from "#lib/core/place.ts";
import { env } from "#lib/env.ts";
import { operations } from "#lib/operations.ts";
import { cookieName } from "./auth.ts";
import { mayRefuse, problemSchema, refusals } from "./openapi/refusals.ts";
import { binaryField, hasBody, methodOf, shapeOf, successOf } from "./shape.ts";

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
  sessions: { name: "Sessions", description: "A session token in exchange for a password, and its end." },
  profile: { name: "Profile", description: "Who you are, as others see it." },
  picture: {
    name: "Profile picture",
    description: "PNG, JPEG or WebP goes in; a WebP of 256 pixels square comes out.",
  },
  password: { name: "Password", description: "Your own; only a signed-in person changes it, never a token." },
  email: {
    name: "E-mail address",
    description: "A new address is proven before it replaces the old one, which can be returned to for seven days.",
  },
  secure: { name: "Secure my account", description: "Everything at once, for who fears that somebody else got in." },
  data: { name: "My data", description: "Everything the portal keeps about you." },
  deletion: { name: "Deletion", description: "Asking to be deleted, and calling that off within 14 days." },
  password_resets: {
    name: "Password reset",
    description: "A mail with a link, and a new password with that link. The answers never tell who has an account.",
  },
  tokens: {
    name: "API tokens",
    description:
      "Make, list, rename and revoke them, and ask what one may do. A secret is shown once, when it is made.",
  },
  step_up: {
    name: "Step-up",
    description:
      "Sensitive acts ask for a proof of who you are that is at most 15 minutes old: the strongest you have. Signing in is one.",
  },
  passkeys: {
    name: "Passkeys",
    description: "WebAuthn credentials of your own: the options go to the browser, its answer comes back as it is.",
  },
  factors: {
    name: "Second factors",
    description: "What you prove beside your password, and whether your account demands it.",
  },
  authenticators: {
    name: "Authenticator apps",
    description: "Apps that show a new six-digit code every 30 seconds (TOTP).",
  },
  recovery_codes: { name: "Recovery codes", description: "Ten codes, each good once, for when the phone is lost." },
  accounts: {
    name: "Accounts",
    description: "Your account and those it manages: names, policies, and how they stand to each other.",
  },
  relations: {
    name: "Relationships",
    description: "Which account manages or pays for which: agreed by both sides, ended by either, at once.",
  },
  relation_proposals: { name: "Proposed relationships", description: "What waits for the other side to agree." },
  users: { name: "Users", description: "The people of your account, for who may look after them." },
  scopes: { name: "Scopes", description: "The named slices of your rights that a token can be limited to." },
  sign_in: {
    name: "Sign-in",
    description:
      "What the sign-in pages do, step by step. Programs use `POST /sessions`, and `POST /sessions/mfa` where a second factor is needed.",
  },
  notifications: { name: "Notifications", description: "What you were told of in the portal, and what is unread." },
  notification_settings: { name: "Notification settings", description: "Which events reach you, and where." },
  security_log: { name: "Security log", description: "Everything that happened to your account, to read and to keep." },
  roles: { name: "Roles", description: "For administrators: what people may do, and who holds which role." },
  groups: { name: "Groups", description: "For administrators: people who hold roles together." },
  api_users: { name: "API users", description: "For administrators: programs with a login, and how they sign in." },
  api_user_settings: {
    name: "Sign-in of API users",
    description: "For administrators: the customer key, and how long what API users get is good.",
  },
  leaks: {
    name: "Leaked tokens",
    description: "Ending a token that was found where it should not be, by anyone who found it.",
  },
  integrations: {
    name: "Integrations",
    description: "For administrators: systems outside for which people keep secrets.",
  },
  credentials: { name: "Service credentials", description: "Secrets that you keep for other systems." },
  permissions: {
    name: "Permissions",
    description: "What can be allowed and denied, and why somebody may do something.",
  },
  invitations: { name: "Invitations", description: "Choosing a first password with the link of an invitation." },
  access_keys: {
    name: "Access keys",
    description: "An id and a secret with which a program signs in over AIMS as its person.",
  },
  gateways: {
    name: "Gateways",
    description: "What asks whether a token is live, at POST /oauth2/introspect (RFC 7662), and its credential.",
  },
  audit: {
    name: "Audit log",
    description: "What happened in an account and those it manages, in entries that nobody changes, sealed in a chain.",
  },
  impersonation: {
    name: "Impersonation",
    description: "Acting as a person of the account, in the open: they are told, and both names stand on record.",
  },
  mail_failures: { name: "Undelivered mail", description: "For administrators: what could not be brought to people." },
  webhook: {
    name: "Webhook",
    description: "Your own receiver, told of your events as they happen; signed as standardwebhooks.com has it.",
  },
  setup: { name: "Set-up", description: "The first account and its administrator, once, on a new portal." },
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

function whoMay(operation: Operation): string {
  const { allow } = operation;
  if (allow === "anyone") return "Anyone may ask.";
  if (allow === "signed-in") return "For a signed-in person; no token may do this.";
  const own = `Needs the permission \`${permissionOf(allow)}\``;
  return isBound(operation) ? `${own}; in a managed account \`${permissionOf(allow, "managed")}\`.` : `${own}.`;
}

function howOften({ limit, allow }: Operation): string {
  if (!limit) return "";
  return ` At most ${limit.points} in ${limit.seconds / 60} minutes for one ${allow === "anyone" ? "address" : "person"}.`;
}

const schemaOf = (schema: z.ZodType, io: "input" | "output"): Json =>
  z.toJSONSchema(schema, { io, unrepresentable: "any", target: "draft-2020-12", override: wireShape }) as Json;

/** Bytes are binary, our own marks and what a format says already are left out, what may be null says so in its type. */
function wireShape({ jsonSchema }: { jsonSchema: Json }) {
  delete jsonSchema.secret;
  delete jsonSchema.mediaTypes;
  if (jsonSchema.format) delete jsonSchema.pattern;
  if (jsonSchema.format === "binary") jsonSchema.type = "string";
  const [kind, none, ...more] = Array.isArray(jsonSchema.anyOf) ? jsonSchema.anyOf : [];
  const isNullable = typeof kind?.type === "string" && none?.type === "null" && more.length === 0;
  if (!isNullable) return;
  delete jsonSchema.anyOf;
  const choices = kind.enum && { enum: [...kind.enum, null] };
  Object.assign(jsonSchema, { ...kind, ...jsonSchema, type: [kind.type, "null"], ...choices });
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
  description: 'The `ETag` you read, such as `"3"`: refused with 412 when it has changed since',
  schema: { type: "string" },
};

const isPost = (operation: Operation) => methodOf(operation) === "POST";

function requestBody(operation: Operation): Json {
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
const pictureContent = { "image/png": bytes, "image/jpeg": bytes, "image/webp": bytes };

function without({ $schema, ...schema }: Json, names: string[]): Json {
  const properties = Object.entries((schema.properties ?? {}) as Json).filter(([name]) => !names.includes(name));
  const required = ((schema.required ?? []) as string[]).filter((name) => !names.includes(name));
  return { ...schema, properties: Object.fromEntries(properties), required };
}

function bytesOf(output: z.ZodType): Json {
  const named = shapeOf(output)[binaryField(output) ?? ""]?.meta()?.mediaTypes;
  const types = Array.isArray(named) && named.length ? named : ["image/webp"];
  return Object.fromEntries(types.map((type) => [type, bytes]));
}

function success(operation: Operation): Json {
  const description = operation.summary;
  if (successOf(operation) === 204) return { description };
  if (binaryField(operation.output)) return { description, content: bytesOf(operation.output) };
  return {
    description,
    content: { "application/json": { schema: without(schemaOf(operation.output, "output"), []) } },
  };
}
