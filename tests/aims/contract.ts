import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { parse } from "yaml";

type Response = { $ref?: string; content?: { "application/json"?: { schema: { properties?: Record<string, Json> } } } };
type Json = Record<string, unknown>;
type Method = "get" | "post" | "put" | "delete";

/** An operation of the contract: where it is, and what may be answered there. */
export type Documented = { id: string; method: string; path: string; answers: Map<number, Answer> };

/** A documented answer: the keys of its errors, and the check of its body; null where the body is to be empty. */
export type Answer = { keys: string[]; check: ValidateFunction | null };

const document = parse(readFileSync("docs/contracts/aims.v1.yaml", "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true });

/** Where the file contradicts its own examples and clients (contract sheet 1.8, no. 2). */
const roleIds = "/aims/v1/{account_id}/users/{user_id}/role_ids";
document.paths[roleIds].get.responses[200].content["application/json"].schema.properties.role_ids = { type: "array" };
ajv.addSchema(document, "aims");

const escaped = (part: string) => part.replaceAll("~", "~0").replaceAll("/", "~1");

function answer(path: string, method: Method, status: string): Answer {
  const place = ["paths", escaped(path), method, "responses", status].join("/");
  const given: Response = document.paths[path][method].responses[status];
  const { $ref } = given;
  const response: Response = $ref ? document.components.responses[$ref.split("/").at(-1) ?? ""] : given;
  const schema = response.content?.["application/json"]?.schema;
  if (!schema) return { keys: [], check: null };
  const pointer = $ref ? `aims${$ref}` : `aims#/${place}`;
  const keys = (schema.properties?.error?.enum as string[] | undefined) ?? [];
  return { keys, check: ajv.compile({ $ref: `${pointer}/content/application~1json/schema` }) };
}

/** Every operation of the contract. */
export const documented: Documented[] = Object.entries<Record<Method, Json>>(document.paths).flatMap(
  ([path, methods]) =>
    (["get", "post", "put", "delete"] as const)
      .filter((method) => methods[method])
      .map((method) => ({
        id: String(methods[method].operationId),
        method: method.toUpperCase(),
        path,
        answers: new Map(
          Object.keys(methods[method].responses as Json).map((status) => [
            Number(status),
            answer(path, method, status),
          ]),
        ),
      })),
);

const isParameter = (part: string) => part.startsWith("{");

/** How well an address fits: names before parameters; -1 when it does not. */
function closeness(path: string, asked: string[]): number {
  const parts = path.split("/");
  const fits =
    parts.length === asked.length && parts.every((part, place) => isParameter(part) || part === asked[place]);
  return fits ? parts.filter((part) => !isParameter(part)).length : -1;
}

/** The operation that an address belongs to. */
export function documentedAt(method: string, address: string): Documented | undefined {
  const asked = address.split("?")[0]?.split("/") ?? [];
  const candidates = documented.filter((one) => one.method === method && closeness(one.path, asked) >= 0);
  return candidates.toSorted((one, other) => closeness(other.path, asked) - closeness(one.path, asked))[0];
}
