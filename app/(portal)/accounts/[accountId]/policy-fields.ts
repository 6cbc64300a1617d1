import type { Account } from "#lib/accounts/account.ts";

/** The policies of an account. */
export type Policies = Pick<
  Account,
  | "mfaRequired"
  | "mfaGraceDays"
  | "passwordProfile"
  | "passwordMaxAgeDays"
  | "sessionIdleMinutes"
  | "sessionMaxHours"
  | "tokenMaxDays"
  | "tokensMayLiveForever"
  | "tokenUnusedDays"
  | "tokenAddressesRequired"
  | "tokensRetrievable"
  | "keysMayCreateKeys"
  | "accessKeysAllowed"
>;

type Name = keyof Policies;

const days = (count: number) => (count === 1 ? "1 day" : `${count} days`);
const minutes = (count: number) => `${count} minutes`;
const hours = (count: number) => (count === 1 ? "1 hour" : `${count} hours`);
const allowed = (may: boolean) => (may ? "Allowed" : "Not allowed");
const profiles = { classic: "Classic: 12 characters of three kinds", nist: "NIST: length alone" };
const creations = { narrower: "Less than its own", owner: "Whatever its owner may give" };

type PolicyLabels = { [N in Name]: { label: string; says(value: Policies[N]): string } };

/** What each policy is called, and what a value of it says. */
export const policyLabels: PolicyLabels = {
  mfaRequired: { label: "Second factor", says: (is) => (is ? "Demanded from everybody" : "Everybody's own choice") },
  mfaGraceDays: { label: "Grace for a second factor", says: (count) => (count ? days(count) : "None") },
  passwordProfile: { label: "Password rules", says: (profile) => profiles[profile] },
  passwordMaxAgeDays: {
    label: "Passwords are replaced",
    says: (count) => (count ? `After ${days(count)}` : "Never by age"),
  },
  sessionIdleMinutes: { label: "Sessions end unused", says: (count) => `After ${minutes(count)}` },
  sessionMaxHours: { label: "Sessions end in any case", says: (count) => `After ${hours(count)}` },
  tokenMaxDays: { label: "Tokens live at most", says: days },
  tokensMayLiveForever: { label: "Tokens without an end", says: allowed },
  tokenUnusedDays: { label: "Tokens end unused", says: (count) => (count ? `After ${days(count)}` : "Never") },
  tokenAddressesRequired: { label: "Tokens that may be used from anywhere", says: (is) => allowed(!is) },
  tokensRetrievable: { label: "Copying a token again", says: allowed },
  keysMayCreateKeys: { label: "A token that creates tokens gives", says: (policy) => creations[policy] },
  accessKeysAllowed: { label: "Signing in with access keys", says: allowed },
};

/** The names of the policies, in the order in which people read them. */
export const policyNames = Object.keys(policyLabels) as Name[];

/** What a value of a policy says. */
export function saidOf<N extends Name>(policies: Policies, name: N): string {
  return policyLabels[name].says(policies[name]);
}

/** The policies that differ, by name. */
export const changedIn = (before: Policies, after: Policies): Name[] =>
  policyNames.filter((name) => before[name] !== after[name]);

type Query = Record<string, string | string[] | undefined>;

/** Reads the policies that a form has asked for; what makes no sense stays as it was. */
export function wantedPolicies(query: Query, now: Policies): Policies {
  const number = (name: Name, least: number, most: number) => {
    const given = Number(query[name]);
    const fits = query[name] !== "" && Number.isInteger(given) && given >= least && given <= most;
    return fits ? given : undefined;
  };
  return {
    mfaRequired: query.mfaRequired === "on",
    mfaGraceDays: number("mfaGraceDays", 0, 30) ?? now.mfaGraceDays,
    passwordProfile: query.passwordProfile === "nist" ? "nist" : "classic",
    passwordMaxAgeDays: number("passwordMaxAgeDays", 1, 3650) ?? null,
    sessionIdleMinutes: number("sessionIdleMinutes", 5, 1440) ?? now.sessionIdleMinutes,
    sessionMaxHours: number("sessionMaxHours", 1, 720) ?? now.sessionMaxHours,
    tokenMaxDays: number("tokenMaxDays", 1, 365) ?? now.tokenMaxDays,
    tokensMayLiveForever: query.tokensMayLiveForever === "on",
    tokenUnusedDays: number("tokenUnusedDays", 1, 365) ?? null,
    tokenAddressesRequired: query.tokenAddressesRequired === "on",
    tokensRetrievable: query.tokensRetrievable === "on",
    keysMayCreateKeys: query.keysMayCreateKeys === "owner" ? "owner" : "narrower",
    accessKeysAllowed: query.accessKeysAllowed === "on",
  };
}
