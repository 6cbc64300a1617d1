import type { IncomingMessage, ServerResponse } from "node:http";
import { type PlainPage, written } from "./plain-page.ts";
import { typedIn } from "./typed.ts";

/**
 * Tells somebody whose form, sent without scripts, is from a page of the version before, and shows what they typed.
 * Next answers such a form in three technical words; scripts know its answer by a header, and say this in the page.
 */
export function sayUpdated(req: IncomingMessage, res: ServerResponse): void {
  if (req.method !== "POST" || req.headers["next-action"] !== undefined) return;
  const sent = keepBody(req);
  const { url = "/" } = req;
  const { writeHead, end } = res;
  let isFromBefore = false;
  res.writeHead = (status: number, ...rest: []) => {
    isFromBefore = status === 409 && res.getHeader("x-nextjs-action-not-found") === "1";
    return isFromBefore ? res : writeHead.call(res, status, ...rest);
  };
  const answer = async () => {
    // Should only Next be able to read the form, its sender still gets the page.
    const typed = await typedIn(sent(), req.headers["content-type"]).catch(() => []);
    const { headers, body } = written(pageOn(url, typed));
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    Reflect.apply(end, writeHead.call(res, 409), [body]);
  };
  // Whatever compresses calls this after the headers are written.
  res.end = (...rest: unknown[]) => {
    if (!isFromBefore) return Reflect.apply(end, res, rest);
    void answer();
    return res;
  };
}

/** More than any form without a file sends. */
const maxBytes = 256 * 1024;

/**
 * Keeps what arrives of a request beside its reader; answers it when asked, or nothing where it is too much to keep. It
 * grows in place, since a body may come byte by byte.
 */
function keepBody(req: IncomingMessage): () => Buffer {
  const { push } = req;
  const kept = new ArrayBuffer(0, { maxByteLength: maxBytes });
  let size = 0;
  req.push = (chunk: Buffer | null, ...rest) => {
    if (chunk) {
      kept.resize(size + chunk.length > maxBytes ? 0 : size + chunk.length);
      if (kept.byteLength) new Uint8Array(kept).set(chunk, size);
      size += chunk.length;
    }
    return push.call(req, chunk, ...rest);
  };
  return () => Buffer.from(kept);
}

const pageOn = (href: string, typed: PlainPage["typed"]): PlainPage => ({
  status: 409,
  title: "The portal was updated",
  words: `The page was open meanwhile, so nothing was sent. ${typed?.length ? keep : goBack}`,
  typed,
  wayOut: { href, words: "Load this page anew" },
});

const keep = "What you typed stands here: copy it, load the page anew, and send it from there.";
const goBack = "Load the page anew, and send it from there.";
