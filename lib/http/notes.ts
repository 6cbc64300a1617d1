import type { IncomingMessage, ServerResponse } from "node:http";

/** What a page or a form has to say of the answer to its request and Next has no way to say. */
type Note = "away" | "signed-out" | "forbidden" | "not-found";

// Shared, because Next bundles its own copy of this file.
const shared = globalThis as { latchkeyNotes?: Map<string, Note> };

function notes(): Map<string, Note> {
  shared.latchkeyNotes ??= new Map();
  return shared.latchkeyNotes;
}

/** Notes something for the listener to say with the answer to this request. */
export const noteFor = (requestId: string, note: Note) => notes().set(requestId, note);

/**
 * Says what was noted: 503 with Retry-After instead of 500 where the database is away, 403 or 404 instead of 200 of a
 * page that says so in words, and after a sign-out that the browser forgets what it kept.
 */
export function sayNotes(req: IncomingMessage, res: ServerResponse, requestId: string): void {
  const { writeHead } = res;
  res.writeHead = (status: number, ...rest: []) => {
    const note = notes().get(requestId);
    const isAway = note === "away" && status === 500;
    if (isAway) res.setHeader("retry-after", "3");
    if (note === "signed-out") res.setHeader("clear-site-data", '"storage"');
    notes().delete(requestId);
    return writeHead.call(res, isAway ? 503 : statusOf(req, status, note), ...rest);
  };
  res.once("close", () => notes().delete(requestId));
}

// What the browser fetches to draw a page by itself stays 200, or it would load the whole page anew.
function statusOf({ headers: { rsc } }: IncomingMessage, status: number, note: Note | undefined): number {
  if (status !== 200 || rsc !== undefined) return status;
  if (note === "forbidden") return 403;
  return note === "not-found" ? 404 : status;
}
