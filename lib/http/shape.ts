import { Readable } from "node:stream";
import type { z } from "zod";
import type { RestOperation } from "#lib/core/operation.ts";

/** The HTTP method of an operation's route. */
export const methodOf = ({ route }: RestOperation) => route.slice(0, route.indexOf(" "));

/** Does its input travel in a body? */
export const hasBody = (operation: RestOperation) => ["POST", "PUT", "PATCH"].includes(methodOf(operation));

/** 201 where something is made, 204 where there is nothing to say, else 200. */
export function successOf(operation: RestOperation): 200 | 201 | 204 {
  if (methodOf(operation) === "POST") return 201;
  return Object.keys(shapeOf(operation.output)).length === 0 ? 204 : 200;
}

/** The fields of an object schema; none for anything else. */
export const shapeOf = (schema: z.ZodType): Record<string, z.ZodType> =>
  "shape" in schema ? (schema.shape as Record<string, z.ZodType>) : {};

/** The field that travels as raw bytes, if there is one. */
export const binaryField = (schema: z.ZodType): string | undefined =>
  Object.entries(shapeOf(schema)).find(([, field]) => field.meta()?.format === "binary")?.[0];

/** Text that is made piece by piece, as the body of a Response. */
export const streamOf = (pieces: AsyncIterable<string>) =>
  Readable.toWeb(Readable.from(encoded(pieces))) as ReadableStream;

async function* encoded(pieces: AsyncIterable<string>) {
  for await (const piece of pieces) yield new TextEncoder().encode(piece);
}
