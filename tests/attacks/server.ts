import { randomInt, randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { inject } from "vitest";
import { startBuiltPortal } from "../built-portal.ts";
import { freshDatabase } from "../database.ts";
import { queryAt } from "../query.ts";
import { type Browser, openBrowser } from "./browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    portal: { url: string; databaseUrl: string };
  }
}

/** The first administrator of every server. */
export const administrator = { email: "ada@example.com", password: "Seven-Grey-Herons-41" };

/** An answer of REST or of a compatible API: `body` is what its JSON says, or its text. */
export type Answer = { status: number; headers: Headers; body: Json };
// biome-ignore lint/suspicious/noExplicitAny: what an attacked server answers is for the test to judge
type Json = any;

/** `from` is the address that the request comes from: one that nobody else has, unless it is named. */
export type Request = { body?: unknown; token?: string; from?: string; headers?: Record<string, string> };

/** A built portal under attack. It believes what is said of the client's address, so that a test chooses its own. */
export type Server = {
  url: string;
  databaseUrl: string;
  administrator: typeof administrator;
  /** Asks at a path, as a program does: `server.call("GET", "/api/v1/me", { token })`. */
  call(method: string, path: string, request?: Request): Promise<Answer>;
  /** Signs in over REST: the session's token. Throws with the answer where it was refused. */
  signIn(person: { email: string; password: string }, from?: string): Promise<string>;
  /** A browser without scripts, which holds its cookies and sends forms. */
  browser(from?: string): Browser;
  /** Runs a statement in the server's database; its rows. */
  query(text: string, values?: unknown[]): ReturnType<typeof queryAt>;
};

/** The server that all attacks of a run share: for whatever can live with people and addresses of its own. */
export const sharedServer = (): Server => serverAt(inject("portal"));

/**
 * A server of the calling file's own; `settings` are variables of its environment, and `databaseUrl` a database that is
 * there.
 */
export const startServer = async ({ databaseUrl = "", settings = {} as Record<string, string> } = {}) =>
  start(databaseUrl || (await freshDatabase()), { ...keys(), ...settings });

const keys = () => {
  const { AUTH_SECRET = "", ENCRYPTION_KEYS = "" } = process.env;
  return { AUTH_SECRET, ENCRYPTION_KEYS };
};

/** Starts the built portal on a migrated database, with the first administrator. */
export async function start(databaseUrl: string, settings: Record<string, string>) {
  const first = { ADMIN_EMAIL: administrator.email, ADMIN_PASSWORD: administrator.password };
  const own = { DATABASE_URL: databaseUrl, TRUSTED_PROXIES: "127.0.0.1,::1", LOG_LEVEL: "error" };
  const all = { ...own, ...first, ...settings };
  // A machine that is busy with other tests may let one start wait too long for its database.
  const { url, said, stop } = await startBuiltPortal(all).catch(() => startBuiltPortal(all));
  return { ...serverAt({ url, databaseUrl }), said, stop };
}

function serverAt({ url, databaseUrl }: { url: string; databaseUrl: string }): Server {
  const call: Server["call"] = async (method, path, { body, token, from = freshAddress(), headers = {} } = {}) => {
    const sent = {
      "x-forwarded-for": from,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const ask = () => fetch(url + path, { method, body: text, headers: sent, redirect: "manual" }).then(answerOf);
    let answer = await ask();
    for (let tries = 1; isBusy(answer) && tries < maxTries; tries++) {
      await setTimeout(Number(answer.headers.get("retry-after")) * 1000);
      answer = await ask();
    }
    return answer;
  };
  return {
    url,
    databaseUrl,
    administrator,
    call,
    async signIn({ email, password }, from) {
      const { status, body } = await call("POST", "/api/v1/sessions", { body: { email, password }, from });
      if (status >= 300 || !body.token) throw new Error(`Signing in: ${status} ${JSON.stringify(body)}`);
      return body.token;
    },
    browser: (from = freshAddress()) => openBrowser(url, from),
    query: (text, values) => queryAt(databaseUrl, text, values),
  };
}

/** A busy portal is asked again, as clients do, up to this many times in all: other attacks take the machine's time. */
const maxTries = 4;

/** Nothing was changed, and the portal says when to come back. */
const isBusy = ({ body }: Answer) => body?.code === "unavailable";

const answerOf = async (answer: Response): Promise<Answer> => ({
  status: answer.status,
  headers: answer.headers,
  body: read(await answer.text()),
});

/** An address that no other test has: of the network for measurements between networks (RFC 2544). */
export const freshAddress = () => `198.${randomInt(18, 20)}.${randomInt(256)}.${randomInt(1, 255)}`;

/** A name that no other test has. */
export const freshName = (word = "somebody") => `${word}-${randomUUID().slice(0, 8)}`;

function read(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
