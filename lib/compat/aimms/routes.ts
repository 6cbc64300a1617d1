import type { z } from "zod";
import { listScopes } from "#lib/access/scopes/catalogue.ts";
import { notFound, type Refusal } from "#lib/core/errors.ts";
import { tidy } from "#lib/core/invisible.ts";
import { getProfile } from "#lib/people/profile.ts";
import { listTokens } from "#lib/tokens/list.ts";
import { createToken, revokeToken } from "#lib/tokens/operations.ts";
import { defineApi } from "../api.ts";
import { json } from "../body.ts";
import type { Names } from "../names.ts";
import { requireTokenSecret } from "../pat.ts";
import type { Answer, ApiRequest, ApiRoute, Run } from "../route.ts";
import {
  environment,
  type Filter,
  filterFields,
  filterGroups,
  filterUsers,
  filterWays,
  positive,
} from "./directory.ts";
import { fits, readEnvironments } from "./environments.ts";

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

const keyRows = (base: string, headers?: Record<string, string>): ApiRoute[] => [
  { route: `GET ${base}`, status: 200, headers, act: async ({ run }) => (await liveKeys(run)).map(keyOut) },
  { route: `POST ${base}`, status: 201, headers, body: json, act: createKey },
  { route: `DELETE ${base}/{name}`, status: 204, headers, act: deleteKey },
];

const root = "/pro/user-manager/v1";
const ownKeys = `${root}/user/@current/api-key`;

/** What is to be withdrawn, since when and on which day (RFC 9745, RFC 8594), and what takes its place. */
const withdrawn = {
  deprecation: `@${Date.UTC(2026, 0, 1) / 1000}`,
  sunset: new Date(Date.UTC(2027, 11, 31)).toUTCString(),
  link: `<${ownKeys}>; rel="successor-version"`,
};

const place = (accountName: string) => ({ account_name: accountName, environment_name: environment });

type Person = { userName: string; email: string; fullName: string; groups: string[] };

const userOut = (accountName: string, { userName, email, fullName, groups }: Person) => ({
  ...place(accountName),
  user_name: userName,
  email,
  full_name: fullName,
  groups,
});

async function ownInfo({ run }: ApiRequest) {
  const { username, account, groups, ...own } = await run(getProfile, {});
  return userOut(account.name, { ...own, userName: username, groups: groups.map(({ name }) => name) });
}

const ownPlace = async ({ run }: ApiRequest) => place((await run(getProfile, {})).account.name);

const accountOf = ({ actor }: ApiRequest) => actor?.accountName ?? "";

async function infoOf(asked: ApiRequest) {
  const { account = "", environment: where = "", user = "" } = asked.path;
  const exactly = (field: string, word: string) => ({ field, how: "equal_ci", words: [word] });
  const filters = [exactly("account_name", account), exactly("environment_name", where), exactly("user_name", user)];
  const [found] = (await asked.run(filterUsers, { filters, limit: 1 })).items;
  if (!found) throw notFound("user");
  return userOut(accountOf(asked), found);
}

/** There the filters are the parts of the address. */
const inAddress: Names = { filters: (place) => ["account", "environment", "user"][Number(place)] ?? "user" };

/** Filters, order and place in a list out of a query; whatever else stands there is left alone. */
function listIn(query: URLSearchParams) {
  const filters = filtersIn(query).map(({ field, how, said }) => ({ field, how, words: wordsIn(how, said) }));
  const sort = query.getAll("sort").flatMap((said) => said.split(",").map(sortIn));
  return { filters, sort, offset: query.get("offset") ?? undefined, limit: query.get("limit") ?? undefined };
}

/** The filters of a query, each with the parameter in which it stands. */
const filtersIn = (query: URLSearchParams) =>
  filterFields.flatMap((field) =>
    filterWays.flatMap((how) => query.getAll(`${field}_${how}`).map((said) => ({ field, how, said }))),
  );

const wordsIn = (how: string, said: string) => (/(^|_)in$/.test(how) ? said.split(",") : [said]);
const sortIn = (said: string) => ({ field: said.replace(/^-/, ""), falling: said.startsWith("-") });

async function listUsers(asked: ApiRequest) {
  const { items } = await asked.run(filterUsers, listIn(asked.query));
  return items.map((person) => userOut(accountOf(asked), person));
}

async function listGroups(asked: ApiRequest) {
  const { items } = await asked.run(filterGroups, listIn(asked.query));
  return items.map(({ groupName }) => ({ ...place(accountOf(asked)), group_name: groupName }));
}

/** The one environment there is, if it is asked for: by its names, or by who and what is in it. */
async function listEnvironments(asked: ApiRequest) {
  const own = await ownPlace(asked);
  const { filters, offset } = readEnvironments(listIn(asked.query));
  for (const filter of filters) if (!(await isOf(asked, filter, own))) return [];
  return [own].slice(offset);
}

async function isOf({ run }: ApiRequest, filter: Filter, own: ReturnType<typeof place>): Promise<boolean> {
  const { field } = filter;
  if (field === "account_name" || field === "environment_name") return fits(own[field], filter);
  const [wanted, isNot] = positive(filter);
  const list = field === "user_name" ? filterUsers : filterGroups;
  const { items } = await run<typeof list.input, typeof list.output, typeof list.allow>(list, {
    filters: [wanted],
    limit: 1,
  });
  return items.length > 0 !== isNot;
}

async function listScopeNames({ run }: ApiRequest) {
  const offered = new Set((await run(listScopes, {})).items.map(({ name }) => name));
  return scopeNames.filter((name) => offered.has(name));
}

/** Every address of the API. */
export const aimmsRows: ApiRoute[] = [
  ...keyRows(ownKeys),
  ...keyRows("/pro-api/v1/api-keys", withdrawn),
  { route: `GET ${root}/user/@current/authorization-scopes`, status: 200, act: listScopeNames },
  { route: `GET ${root}/user/@current/info`, status: 200, act: ownInfo },
  { route: `GET ${root}/user/{account}/{environment}/{user}/info`, status: 200, names: inAddress, act: infoOf },
  { route: `GET ${root}/user`, status: 200, act: listUsers },
  { route: `GET ${root}/group`, status: 200, act: listGroups },
  { route: `GET ${root}/environment`, status: 200, act: listEnvironments },
  { route: `GET ${root}/environment/@current/info`, status: 200, act: ownPlace },
];

/** The header `apikey` decides where there is one; else a bearer is taken. */
function keyIn(header: ApiRequest["header"]): string | undefined {
  const key = header("apikey");
  if (key !== undefined) return requireTokenSecret(key.trim());
  const authorization = header("authorization");
  if (authorization === undefined) return undefined;
  return requireTokenSecret(/^Bearer +(\S+)$/i.exec(authorization)?.[1]);
}

/** The parameter of a filter; of the last one, where there are too many. */
function filterName(place: string, query: URLSearchParams): string {
  const filters = filtersIn(query);
  const filter = filters[place === "" ? filters.length - 1 : Number(place)];
  return filter ? `${filter.field}_${filter.how}` : "filter";
}

/** What fields of ours are called here. */
const names: Names = { expiresAt: "expiration_date", filters: filterName };

const statuses: Record<number, number> = { 422: 400, 410: 404, 412: 409 };

/** A problem by its code and in words. A wrong field is a bad request here. */
function refuse(refusal: Refusal): Answer {
  return {
    status: statuses[refusal.status] ?? refusal.status,
    body: { error: refusal.code, message: refusal.message },
  };
}

/** The AIMMS PRO API: API keys, and who there is. */
export const aimms = defineApi({ routes: aimmsRows, token: keyIn, names, refuse });
