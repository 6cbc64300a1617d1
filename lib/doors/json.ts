import { Refusal } from "#lib/core/errors.ts";

const mostBytes = 64 * 1024;
const mostDeep = 10;
const mostDropped = 8 * 1024 * 1024;

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

type Reader = ReadableStreamDefaultReader<Uint8Array>;

// Whoever is still sending hears of the refusal only if what they send is taken in.
function tooLarge(reader: Reader): Refusal {
  drop(reader, mostDropped).catch(() => {});
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
  const bytes = await readBytes(body, mostBytes);
  if (bytes.length === 0) return {};
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? ""))
    throw new Refusal("unsupported_media_type");
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
  const value = parse(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject) throw new Refusal("malformed_request", "The body must be a JSON object.");
  if (keysOf(value, mostDeep) !== keysIn(text))
    throw new Refusal("malformed_request", "A key stands twice in one object.");
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("malformed_request", "The body is not JSON.");
  }
}

/** How many keys the text holds: the strings that a colon follows. */
const keysIn = (text: string) => [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon).length;

/** How many keys the value holds; fewer than the text means that one of them stood there twice. */
function keysOf(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth === 0) throw new Refusal("malformed_request", `The body is nested deeper than ${mostDeep} levels.`);
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, part) => sum + keysOf(part, depth - 1), own);
}
