import type { Instrumentation } from "next";

/**
 * Writes down what went wrong while a page was made, under the request id and under the digest its reader was shown.
 */
export const onRequestError: Instrumentation.onRequestError = async (error, { path, headers }, { routeType }) => {
  // Next compiles this file for its edge runtime too, which nothing here uses and which has no logger.
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  // The operation that was refused has written it down already, under the same id.
  if (error instanceof Error && error.name === "Refusal") return;
  const { log } = await import("#lib/core/log.ts");
  const digest = error instanceof Error && "digest" in error ? error.digest : undefined;
  // Without the query, which may hold the secret of a link.
  const [page] = path.split("?");
  log().error({ err: error, digest, requestId: headers["x-request-id"], page, routeType }, "page failed");
};
