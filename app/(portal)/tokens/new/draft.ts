import type { Bounds } from "#lib/tokens/addresses.ts";
import type { Token } from "#lib/tokens/token.ts";
import { day, type Expiry, expiryOf, type Policy, usualExpiry } from "./expiry.ts";

/** A scope as it is on offer; not `available` when it would bring nothing to this person. */
export type Offer = { name: string; sentence: string; permissions: string[]; available: boolean | null };

/** What stands in the form at first, and what there is to say about that. */
export type Draft = {
  name: string;
  description: string;
  scopes: string[];
  expiry: Expiry;
  bounds: Bounds;
  title?: string;
  notes: string[];
};

type Params = { get(name: string): string | null };

const unbound: Bounds = { allowedAddresses: [], addressMode: "enforce", rateLimitPerMinute: null };

/** An empty form. */
const emptyDraft = (policy: Policy): Draft => ({
  name: "",
  description: "",
  scopes: [],
  expiry: usualExpiry(policy),
  bounds: unbound,
  notes: [],
});

/** A form that a link fills in, `/tokens/new?name=…&scopes=a,b&expires=30d`; what it says wrong is named. */
export function draftOfLink(params: Params, offers: Offer[], policy: Policy): Draft {
  const named = ["name", "description", "scopes", "expires"].some((name) => params.get(name));
  if (!named) return emptyDraft(policy);
  const { scopes, notes } = sift(splitNames(params.get("scopes")), offers);
  const expiry = readExpiry(params.get("expires"), policy);
  return {
    name: (params.get("name") ?? "").slice(0, 100),
    description: (params.get("description") ?? "").slice(0, 500),
    scopes,
    expiry: expiry ?? usualExpiry(policy),
    bounds: unbound,
    title: "A link filled in this form. Check the permissions",
    notes: expiry
      ? notes
      : [...notes, `It asks for the expiry “${params.get("expires")}”, which is not on offer here.`],
  };
}

/** A form for another token like one that is there, or was. */
export function draftOfToken(token: Token, offers: Offer[], policy: Policy): Draft {
  const { scopes, notes } = sift(token.scopes, offers);
  return {
    name: token.live ? `${token.name} (copy)`.slice(0, 100) : token.name,
    description: token.description,
    scopes,
    expiry: lifeOf(token, policy),
    bounds: boundsOf(token),
    title: `Like ${token.name}, with a secret of its own`,
    notes,
  };
}

/** Those alone: the draft goes to the browser. */
const boundsOf = ({ allowedAddresses, addressMode, rateLimitPerMinute }: Token): Bounds => ({
  allowedAddresses,
  addressMode,
  rateLimitPerMinute,
});

const splitNames = (names: string | null) => [...new Set((names ?? "").split(/[\s,]+/).filter(Boolean))];

function sift(names: string[], offers: Offer[]) {
  const useful = offers.filter(({ available }) => available).map(({ name }) => name);
  const known = offers.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  const idle = names.filter((name) => known.includes(name) && !useful.includes(name));
  const notes = [
    unknown.length && `There is no scope ${unknown.join(", ")} here.`,
    idle.length && `Your roles allow nothing of ${idle.join(", ")}, so it is left out.`,
  ].filter((note) => note !== 0);
  return { scopes: names.filter((name) => useful.includes(name)), notes };
}

/** Reads `30d`, `never` or an ISO date; undefined for what is none of these or more than the policy allows. */
function readExpiry(expires: string | null, policy: Policy, now = Date.now()): Expiry | undefined {
  if (!expires) return usualExpiry(policy);
  if (expires === "never") return policy.tokensMayLiveForever ? { choice: "never" } : undefined;
  const [, days] = /^(\d{1,4})d$/.exec(expires) ?? [];
  const end = days ? now + Number(days) * day : Date.parse(expires);
  const isAllowed = end > now && end <= now + policy.tokenMaxDays * day;
  if (!isAllowed) return undefined;
  return days ? expiryOf(Number(days), policy) : { choice: "custom", instant: new Date(end).toISOString() };
}

function lifeOf({ createdAt, expiresAt }: Token, policy: Policy): Expiry {
  if (!expiresAt) return policy.tokensMayLiveForever ? { choice: "never" } : usualExpiry(policy);
  const days = Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / day);
  return expiryOf(Math.min(Math.max(days, 1), policy.tokenMaxDays), policy);
}
