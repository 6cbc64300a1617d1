import type { z } from "zod";
import { listScopes } from "#lib/access/scopes/catalogue.ts";
import { notFound } from "#lib/core/errors.ts";
import { tidy } from "#lib/core/invisible.ts";
import { createToken } from "#lib/tokens/create.ts";
import { listTokens } from "#lib/tokens/list.ts";
import { revokeToken } from "#lib/tokens/revoke.ts";
import { json } from "../body.ts";
import type { ApiRequest, ApiRoute, Run } from "../route.ts";

/** The scopes of AIMMS PRO as they are answered, and other spellings of theirs that are taken. */
const scopeNames = [
  ...["Authentication", "PublishApp", "PublishAimms", "Tasks", "APIKey", "Session", "Secret", "User", "Account"],
];
const plainly = (scope: string) => scope.replaceAll(/[\s_-]/g, "").toLowerCase();
const spellings = new Map(scopeNames.map((name) => [plainly(name), name])).set("task", "Tasks");

const scopeIn = (said: unknown) => (typeof said === "string" ? (spellings.get(plainly(said)) ?? said) : said);
const scopesIn = (said: unknown) => (Array.isArray(said) ? said.map(scopeIn) : said);

/** A day ends a key as it begins, in UTC; an instant is one. */
const endIn = (said: unknown) =>
  typeof said === "string" && /^\d{4}-\d{2}-\d{2}$/.test(said) ? `${said}T00:00:00.000Z` : said;

type Key = Pick<z.output<typeof listTokens.output>["items"][number], "name" | "scopes" | "expiresAt">;

const keyOut = ({ name, scopes, expiresAt }: Key) => ({ name, expiration_date: expiresAt, scopes });

/** Every live key of the caller's, page by page. */
async function liveKeys(run: Run) {
  let page = await run(listTokens, { limit: 100 });
  const keys = [...page.items];
  while (page.nextCursor) {
    page = await run(listTokens, { limit: 100, cursor: page.nextCursor });
    keys.push(...page.items);
  }
  return keys;
}

async function createKey({ body, run }: ApiRequest) {
  const { name, scopes, expiration_date } = body;
  const made = await run(createToken, { name, scopes: scopesIn(scopes), expiresAt: endIn(expiration_date) });
  return { ...keyOut(made), value: made.secret };
}

async function deleteKey({ path: { name = "" }, run }: ApiRequest) {
  const key = (await liveKeys(run)).find((one) => one.name.toLowerCase() === tidy(name).toLowerCase());
  if (!key) throw notFound("token");
  await run(revokeToken, { id: key.id });
}

/** The addresses at which keys are listed, made and deleted. */
export const keyRows = (base: string, headers?: Record<string, string>): ApiRoute[] => [
  { route: `GET ${base}`, status: 200, headers, act: async ({ run }) => (await liveKeys(run)).map(keyOut) },
  { route: `POST ${base}`, status: 201, headers, body: json, act: createKey },
  { route: `DELETE ${base}/{name}`, status: 204, headers, act: deleteKey },
];

/** Those of the scopes that this portal offers. */
export async function listScopeNames({ run }: ApiRequest) {
  const offered = new Set((await run(listScopes, {})).items.map(({ name }) => name));
  return scopeNames.filter((name) => offered.has(name));
}
