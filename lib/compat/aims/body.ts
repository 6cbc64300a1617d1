import { Refusal } from "#lib/core/errors.ts";
import { parseJson } from "#lib/http/json.ts";
import type { BodyFormat } from "../body.ts";
import { AimsRefusal } from "./errors.ts";

/** What JSON a property holds; with a question mark where it may be left out. */
export type Kind = "string" | "boolean" | "object" | "strings";
export type Shape = Record<string, Kind | `${Kind}?`>;

/** The properties of a body that were given, by their names on the wire. */
export type DecodedBody<S extends Shape> = {
  [K in keyof S]: S[K] extends `${infer T extends Kind}?` ? Value<T> | undefined : Value<Extract<S[K], Kind>>;
};

type Value<K extends Kind> = {
  string: string;
  boolean: boolean;
  object: Record<string, unknown>;
  strings: string[];
}[K];

/** What is read of a body: 1 MB of who has a token, as the contract requires (G8), and of others what a form may hold. */
const maxBytes = (isOpen: boolean) => (isOpen ? 64 : 1024) * 1024;

/**
 * A body as JSON, whatever it calls itself (G6): an object, empty for `{}`. Of its properties those are taken that are
 * known. What is wrong is said in this order: no JSON, a property missing, one of the wrong kind (G5).
 */
export const objectOf = <S extends Shape>(shape: S, isOpen: boolean): BodyFormat<DecodedBody<S>> => ({
  maxBytes: maxBytes(isOpen),
  parse(bytes) {
    const value = bytes.length ? parseJson(bytes) : {};
    const wanted = Object.entries(shape);
    const isMissing = wanted.some(([name, kind]) => !kind.endsWith("?") && value[name] === undefined);
    if (isMissing) throw new AimsRefusal(400, "missing_required_property");
    const given = wanted.filter(([name]) => value[name] !== undefined);
    if (!given.every(([name, kind]) => fits[plain(kind)](value[name]))) throw new AimsRefusal(400, "invalid_property");
    return Object.fromEntries(given.map(([name]) => [name, value[name]])) as DecodedBody<S>;
  },
});

const plain = (kind: string) => kind.replace("?", "") as Kind;

const isString = (value: unknown) => typeof value === "string";

const fits: Record<Kind, (value: unknown) => boolean> = {
  string: isString,
  boolean: (value) => typeof value === "boolean",
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  strings: (value) => Array.isArray(value) && value.every(isString),
};

/** A list of names, for the one address that takes no object, and no token. */
export const listOfNames: BodyFormat<string[]> = {
  maxBytes: maxBytes(true),
  parse(bytes) {
    const value: unknown = parsed(new TextDecoder().decode(bytes));
    if (!fits.strings(value)) throw new Refusal("malformed_request");
    return value as string[];
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
