import type { ServerResponse } from "node:http";

// Next has no way to say 503 of a page, so the page notes it here and the listener says it. Shared, because Next
// bundles its own copy of this file.
const shared = globalThis as { latchkeyAway?: Set<string> };

function noted(): Set<string> {
  shared.latchkeyAway ??= new Set();
  return shared.latchkeyAway;
}

/** Notes that the page of this request could not be made because the database is away. */
export const noteAway = (requestId: string) => noted().add(requestId);

/** Answers 503 with Retry-After instead of 500 where a page was noted so. */
export function sayAway(res: ServerResponse, requestId: string): void {
  const { writeHead } = res;
  res.writeHead = (status: number, ...rest: []) => {
    const isAway = noted().delete(requestId) && status === 500;
    if (isAway) res.setHeader("retry-after", "3");
    return writeHead.call(res, isAway ? 503 : status, ...rest);
  };
  res.once("close", () => noted().delete(requestId));
}
