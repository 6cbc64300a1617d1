import { setTimeout as sleep } from "node:timers/promises";
import { waiting } from "./portal.ts";

/** An answer of the portal, or nothing: the connection broke, or it could not say what became of the request. */
export type Answer = { status: number; body: Record<string, unknown> } | undefined;

export type Call = (method: string, path: string, body?: object, key?: string) => Promise<Answer>;

/** Speaks to the API as one person. `undefined` and any 5xx leave open whether the request had an effect. */
export const caller =
  (base: string, bearer: () => string): Call =>
  async (method, path, body, key) => {
    const headers = {
      ...(bearer() && { authorization: `Bearer ${bearer()}` }),
      ...(body && { "content-type": "application/json" }),
      ...(key && { "idempotency-key": key }),
    };
    try {
      const options = { method, headers, body: body && JSON.stringify(body), ...waiting(10_000) };
      const response = await fetch(`${base}/api/v1${path}`, options);
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : {} };
    } catch {
      return undefined;
    }
  };

/**
 * Was it acknowledged? Throws when it was refused, which nothing here should be. Of a request that was killed as it
 * ran, the portal says for some seconds that it goes on.
 */
export function acknowledged(answer: Answer, what: string): answer is NonNullable<Answer> {
  if (!answer || answer.status >= 500 || answer.body.code === "in_progress") return false;
  if (answer.status < 300) return true;
  throw new Error(`${what} was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** The answer to a question that may be asked again: a busy machine's 503 is asked again for up to 20 s. */
export async function patiently(ask: () => Promise<Answer>): Promise<Answer> {
  for (const until = Date.now() + 20_000; ; await sleep(200)) {
    const answer = await ask();
    if ((answer && answer.status < 500) || Date.now() > until) return answer;
  }
}
