import { inAccount } from "#components/layout/acting-account.ts";
import { plainWord } from "#lib/http/next/asked.ts";
import type { UserStatus } from "#lib/people/users/wire.ts";

/** The words of a status, where they can be filtered by. */
export const statusLabels: Record<UserStatus, string> = {
  active: "Active",
  invited: "Invited",
  inactive: "Inactive",
  locked: "Locked",
  notifications_only: "Notifications only",
};

/** The words of an order: what it goes by and which way. */
export const sortLabels = {
  name: "By name",
  username: "By username",
  email: "By e-mail",
  "-created": "Newest first",
  "-lastSignIn": "Last signed in",
  lastSignIn: "Longest away",
} as const;

/** When people last signed in, by the days ago; `never` for who never did. */
export const signedInLabels = {
  "7": "Last 7 days",
  "90": "Last 90 days",
  "over-90": "Not for 90 days",
  never: "Never signed in",
} as const;

export const mfaLabels = { on: "Two-factor on", off: "Two-factor off" } as const;

type Word<Words> = keyof Words & string;

/** Which people the list shows, as its address says. `account` is the one acted in. */
export type Filter = {
  search?: string;
  status?: UserStatus;
  role?: string;
  group?: string;
  mfa?: Word<typeof mfaLabels>;
  signedIn?: Word<typeof signedInLabels>;
  sort?: Word<typeof sortLabels>;
  cursor?: string;
  account?: string;
};

type Query = Record<string, string | string[] | undefined>;

/** Reads an address leniently: what it says wrong is as if it were not there. */
export function readFilter(query: Query): Filter {
  const text = (name: string) => plainWord(query[name]) || undefined;
  return {
    search: text("search")?.slice(0, 100),
    status: known(statusLabels, text("status")),
    role: idOf(text("role")),
    group: idOf(text("group")),
    mfa: known(mfaLabels, text("mfa")),
    signedIn: known(signedInLabels, text("signedIn")),
    sort: known(sortLabels, text("sort")),
    cursor: text("cursor")?.slice(0, 1000),
  };
}

const known = <Words extends object>(words: Words, word: string | undefined) =>
  Object.keys(words).find((key): key is Word<Words> => key === word);

const idOf = (text: string | undefined) => (text && /^[0-9a-f-]{36}$/.test(text) ? text : undefined);

/** The list that shows this, in the account acted in. */
export function usersPath({ account, ...filter }: Filter): string {
  const query = new URLSearchParams(entriesOf(filter));
  return inAccount(query.size ? `/users?${query}` : "/users", account);
}

/** What a filter says, as fields of a form; the usual order goes without saying. */
export const entriesOf = (filter: Filter): [string, string][] =>
  Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]) && entry[1] !== "name");

/** Is anybody left out? */
export const isFiltered = ({ cursor, sort, account, ...filter }: Filter) => entriesOf(filter).length > 0;

const day = 86_400_000;

/** The same in the words of the operations that list and export. */
export function listInput({ role, group, signedIn, sort, account, cursor, ...filter }: Filter, now = Date.now()) {
  // Whole days, so that the pages of one list are of the same list.
  const ago = (days: number) => new Date(Math.floor(now / day - days) * day).toISOString();
  const since = signedIn === "7" || signedIn === "90" ? ago(Number(signedIn)) : undefined;
  return {
    ...filter,
    accountId: account,
    roleId: role,
    groupId: group,
    lastSignIn: signedIn === "never" ? signedIn : undefined,
    signedInSince: since,
    signedInBefore: signedIn === "over-90" ? ago(90) : undefined,
  };
}

/** The order in the words of the operation that lists. */
export const orderOf = ({ sort = "name" }: Filter) => ({
  sort: sort.replace("-", ""),
  order: sort.startsWith("-") ? "desc" : "asc",
});
