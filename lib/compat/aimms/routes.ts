import { notFound } from "#lib/core/errors.ts";
import { getProfile } from "#lib/people/profile.ts";
import { defineApi } from "../api.ts";
import type { Names } from "../names.ts";
import { requireTokenSecret } from "../pat.ts";
import type { ApiRequest, ApiRoute } from "../route.ts";
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
import { toAimmsError } from "./errors.ts";
import { keyRows, listScopeNames } from "./keys.ts";

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

/** The AIMMS PRO API: API keys, and who there is. */
export const aimms = defineApi({ routes: aimmsRows, token: keyIn, names, refuse: toAimmsError });
