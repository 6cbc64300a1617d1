import type { ServerResponse } from "node:http";

/** What a page or a form has to say of the answer to its request and Next has no way to say. */
type Note = "away" | "signed-out";

// Shared, because Next bundles its own copy of this file.
const shared = globalThis as { latchkeyNotes?: Map<string, Note> };

function notes(): Map<string, Note> {
  shared.latchkeyNotes ??= new Map();
  return shared.latchkeyNotes;
}

/** Notes something for the listener to say with the answer to this request. */
export const noteFor = (requestId: string, note: Note) => notes().set(requestId, note);

/**
 * Says what was noted: 503 with Retry-After instead of 500 where the database is away, and after a sign-out that the
 * browser forgets what it kept.
 */
export function sayNotes(res: ServerResponse, requestId: string): void {
  const { writeHead } = res;
  res.writeHead = (status: number, ...rest: []) => {
    const note = notes().get(requestId);
    const isAway = note === "away" && status === 500;
    if (isAway) res.setHeader("retry-after", "3");
    if (note === "signed-out") res.setHeader("clear-site-data", '"storage"');
    notes().delete(requestId);
    return writeHead.call(res, isAway ? 503 : status, ...rest);
  };
  res.once("close", () => notes().delete(requestId));
}
