import { redirect } from "next/navigation";
import type { z } from "zod";
import type { Allow } from "#lib/core/authorize.ts";
import { asRefusal, type Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { streamOf } from "../shape.ts";
import { pageCaller } from "./page.ts";

type SavedFile = { content: Uint8Array | AsyncIterable<string>; contentType: string; fileName: string };

/**
 * A file in answer to a plain link, for browsers without scripts. Who is not signed in, or must first confirm that it
 * is them, is sent to do so and comes back to `from`, the page with the link; any other refusal is told in a line.
 */
export async function download<I extends z.ZodType, O extends z.ZodType<SavedFile>, A extends Allow>(
  operation: Operation<I, O, A>,
  input: unknown,
  from: string,
): Promise<Response> {
  const caller = await pageCaller();
  return execute(operation, caller, input).then(
    ({ output }) => saved(output),
    (error) => sent(asRefusal(error), from),
  );
}

const noStore = { "cache-control": "no-store" };

function saved({ content, contentType, fileName }: SavedFile): Response {
  const disposition = `attachment; filename="${fileName}"`;
  const headers = { ...noStore, "content-type": contentType, "content-disposition": disposition };
  return new Response(content instanceof Uint8Array ? new Uint8Array(content) : streamOf(content), { headers });
}

function sent({ status, code, title, message, details }: Refusal, from: string): Response {
  if (status === 401) redirect(`/sign-in?${new URLSearchParams({ return_to: from })}`);
  if (code === "step_up_required") redirect(`/confirm?${new URLSearchParams({ return_to: from })}`);
  const headers = new Headers({ ...noStore, "content-type": "text/plain; charset=utf-8" });
  if (details.retryAfter) headers.set("retry-after", String(details.retryAfter));
  return new Response(`${title}. ${message}\n`, { status, headers });
}
