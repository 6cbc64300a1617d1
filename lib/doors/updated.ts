import type { IncomingMessage, ServerResponse } from "node:http";
import { written } from "./plain-page.ts";

/**
 * Tells somebody whose form, sent without scripts, is from a page of the version before. Next answers such a form in three
 * technical words; scripts know its answer by a header, and say this in the page.
 */
export function sayUpdated(req: IncomingMessage, res: ServerResponse): void {
  if (req.method !== "POST" || req.headers["next-action"] !== undefined) return;
  let said: string | undefined;
  const { writeHead, end } = res;
  res.writeHead = (status: number, ...rest: []) => {
    if (status === 409 && res.getHeader("x-nextjs-action-not-found") === "1") {
      const { headers, body } = written(page);
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
      said = body;
    }
    return writeHead.call(res, status, ...rest);
  };
  // Whatever compresses calls this after the headers are written.
  res.end = (...rest: unknown[]) => Reflect.apply(end, res, said === undefined ? rest : [said]);
}

const page = {
  status: 409,
  title: "The portal was updated",
  words:
    "The page was open meanwhile, so nothing was sent. Go back with your browser, copy what you typed, load the page anew, and send it from there.",
};
