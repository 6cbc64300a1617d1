import { Refusal } from "#lib/core/errors.ts";
import { parseJson, readBytes, readIncoming } from "#lib/http/json.ts";
import { isOfType } from "#lib/http/media-type.ts";
import { type ApiContext, headersOf } from "./context.ts";

/** How the body of a request is written: how many bytes are read of it, and what they are. */
export type BodyFormat<T = Record<string, unknown>> = {
  maxBytes: number;
  parse(bytes: Uint8Array, contentType: string | undefined): T;
};

const maxBytes = 64 * 1024;

/** A JSON object, whatever it calls itself; nothing is an empty one. */
export const json: BodyFormat = { maxBytes, parse: (bytes) => (bytes.length ? parseJson(bytes) : {}) };

/** The fields of a form, each of which stands there once. */
export const form: BodyFormat = {
  maxBytes,
  parse(bytes, contentType) {
    if (!isOfType(contentType, "application/x-www-form-urlencoded"))
      throw new Refusal("malformed_request", "Send a form in UTF-8: application/x-www-form-urlencoded.");
    const fields = [...new URLSearchParams(Buffer.from(bytes).toString())];
    const isRepeated = new Set(fields.map(([name]) => name)).size < fields.length;
    if (isRepeated) throw new Refusal("malformed_request", "A parameter stands there more than once.");
    return Object.fromEntries(fields);
  },
};

/** Reads the body of a request, off the socket where there is one. Refuses `too_large`, and what the format refuses. */
export async function readBody<T>(c: ApiContext, { maxBytes, parse }: BodyFormat<T>): Promise<T> {
  const incoming = c.env?.incoming;
  const bytes = await (incoming ? readIncoming(incoming, maxBytes) : readBytes(c.req.raw.body, maxBytes));
  return parse(bytes, headersOf(c)("content-type"));
}
