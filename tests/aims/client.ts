import { expect } from "vitest";
import { env } from "#lib/env.ts";
import { handedOut, type Person } from "../cast.ts";
import type { Headers } from "../credentials.ts";
import type { Answer, Asking, TestApi } from "../test-api.ts";
import { documentedAt } from "./contract.ts";

/** What was answered so far, as `operation status key`; what a status alone says has no key. */
export const seen = new Set<string>();

/** What the contract adds to the file: statuses and keys that stand in no list of it (1.8, no. 14; G5, G13). */
const besides = {
  statuses: [400, 403, 404, 405, 413, 429, 503],
  keys: ["account_locked", "last_administrator", "invalid_option", "invalid_json", "missing_required_property"].concat([
    "invalid_property",
    "too_many_requests",
    "writes_disabled",
  ]),
};

/** Asks AIMS, and holds the answer against the contract. */
export async function ask(api: TestApi, method: string, path: string, asking: Asking = {}): Promise<Answer> {
  const answer = await api.request(`/aims/v1${path}`, { ...asking, method });
  note(method, `/aims/v1${path}`, answer);
  return answer;
}

const errorIn = ({ body }: Answer) => (body as { error?: string } | null)?.error;

function note(method: string, path: string, answer: Answer) {
  const operation = documentedAt(method, path);
  if (!operation) return;
  const documentedAnswer = operation.answers.get(answer.status);
  const key = errorIn(answer);
  seen.add([operation.id, answer.status, key].filter(Boolean).join(" "));
  const keys = [...(documentedAnswer?.keys ?? []), ...besides.keys];
  const place = `${operation.id} ${answer.status}`;
  if (!documentedAnswer) expect(besides.statuses, place).toContain(answer.status);
  if (answer.text === "") return expect(answer.headers["content-type"], place).toBeUndefined();
  // G1: JSON is called so.
  expect(answer.headers["content-type"], place).toBe("application/json");
  if (answer.status >= 400) return expect(keys, place).toContain(key);
  const check = documentedAnswer?.check;
  if (!check) throw new Error(`${place} is to have no body`);
  expect(check(answer.body), `${place}: ${JSON.stringify(check.errors)}`).toBe(true);
}

/** `Authorization: Basic` of a name and a secret. */
export const basic = (name: string, secret: string, encoding: BufferEncoding = "utf8"): Headers => ({
  authorization: `Basic ${Buffer.from(`${name}:${secret}`, encoding).toString("base64")}`,
});

/** The header with a token. */
export const withToken = (token: string): Headers => ({ "x-aims-auth-token": token });

/** A body as the Go client sends it: JSON without a content type. */
export const sent = (value: unknown, headers: Headers = {}): Asking => ({ headers, body: JSON.stringify(value) });

/** Signs somebody in to AIMS; their token. */
export async function tokenOf(
  api: TestApi,
  { username, password }: Pick<Person, "username" | "password">,
): Promise<string> {
  const answer = await ask(api, "POST", "/authenticate", { headers: basic(username, password) });
  expect(answer.status, answer.text).toBe(200);
  const { authentication } = answer.body as { authentication: { token: string } };
  handedOut.add(authentication.token);
  return authentication.token;
}

/** Asks as somebody with this token. */
export const as =
  (api: TestApi, token: string) =>
  (method: string, path: string, body?: unknown): Promise<Answer> =>
    ask(api, method, path, body === undefined ? { headers: withToken(token) } : sent(body, withToken(token)));

/** Turns the whole portal read-only while something happens. */
export async function readOnly<T>(work: () => Promise<T>): Promise<T> {
  env().READ_ONLY = "on";
  try {
    return await work();
  } finally {
    env().READ_ONLY = "off";
  }
}
