import type { IncomingMessage } from "node:http";
import { Refusal } from "#lib/core/errors.ts";
import { isOfType } from "./media-type.ts";

const maxBytes = 64 * 1024;
const maxDeep = 10;
const maxParts = 50_000;
const maxDropped = 8 * 1024 * 1024;

/** Reads a body of at most `most` bytes; refuses at the first byte too many. */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const reader = body?.getReader();
  let size = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    size += part.value.byteLength;
    if (reader && size > most) throw tooLarge(reader);
    parts.push(part.value);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** As {@link readBytes}, straight off the socket, which is several times as fast. */
export function readIncoming(incoming: IncomingMessage, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  return new Promise((read, refuse) => {
    incoming.on("data", (part: Uint8Array) => {
      size += part.byteLength;
      if (size <= most) parts.push(part);
      else refuse(new Refusal("too_large"));
      // What is too much is taken in and forgotten, so that whoever sends it hears of the refusal, up to an end.
      if (size > most + maxDropped) incoming.destroy();
    });
    incoming.on("end", () => read(new Uint8Array(Buffer.concat(parts))));
    incoming.on("error", refuse);
  });
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

// Whoever is still sending hears of the refusal only if what they send is taken in.
function tooLarge(reader: Reader): Refusal {
  drop(reader, maxDropped).catch(() => {});
  return new Refusal("too_large");
}

/** Forgets the rest of a body; cuts off who does not stop. */
async function drop(reader: Reader, most: number): Promise<void> {
  const { value } = await reader.read();
  if (!value) return;
  return value.byteLength > most ? reader.cancel() : drop(reader, most - value.byteLength);
}

/**
 * Reads a JSON object strictly: 64 kB of UTF-8, ten levels deep, each key once. An empty body is `{}`.
 * What is no JSON is a malformed request (ASVS 1.5.3).
 */
export async function readJson(contentType: string | undefined, body: ReadableStream<Uint8Array> | null) {
  const bytes = await readBytes(body, maxBytes);
  if (bytes.length === 0) return {};
  if (!isOfType(contentType, "application/json")) throw new Refusal("unsupported_media_type");
  return parseJson(bytes);
}

/** Reads bytes as a JSON object, as strictly as {@link readJson}; of what size is the caller's business. */
export const parseJson = (bytes: Uint8Array): Record<string, unknown> => parseObject(decode(bytes));

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("malformed_request", "The body is not UTF-8.");
  }
}

function parseObject(text: string): Record<string, unknown> {
  const keys = keysIn(text);
  const value = parse(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject) throw new Refusal("malformed_request", "The body must be a JSON object.");
  if (keysOf(value) !== keys) throw new Refusal("malformed_request", "A key stands twice in one object.");
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("malformed_request", "The body is not JSON.");
  }
}

/**
 * How many keys the text holds, if it is JSON: the colons outside of its strings. It goes through the text once, before
 * anything is built of it, and stops where it is too deep or in too many parts: a small body can say much.
 */
function keysIn(text: string): number {
  let [keys, parts, depth] = [0, 0, 0];
  for (let place = 0; place < text.length; place += 1) {
    const char = text[place];
    if (char === '"') place = endOfString(text, place);
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") depth -= 1;
    else if (char === ":") keys += 1;
    else if (char === ",") parts += 1;
    if (depth > maxDeep) throw tooMuch(`The body is nested deeper than ${maxDeep} levels.`);
    if (parts > maxParts) throw tooMuch(`The body has more than ${maxParts} parts.`);
  }
  return keys;
}

const tooMuch = (message: string) => new Refusal("malformed_request", message);

function endOfString(text: string, begin: number): number {
  let place = begin + 1;
  while (place < text.length && text[place] !== '"') place += text[place] === "\\" ? 2 : 1;
  return place;
}

/** How many keys the value holds; fewer than the text means that one of them stood there twice. */
function keysOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, part) => sum + keysOf(part), own);
}
