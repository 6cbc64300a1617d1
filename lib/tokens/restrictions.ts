import type { Caller } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { spendOf } from "#lib/core/limits.ts";
import { memoizeByText } from "#lib/core/lru.ts";
import { isWithin } from "#lib/core/net/networks.ts";
import { noteTokenRefusal } from "./usage/record.ts";

/** Instants of which the latest is when a token was last alive, by the name that its table has in a statement. */
export const lastActivity = (t: string) =>
  `greatest(${t}.created_at, ${t}.starts_at, ${t}.rotated_at, ${t}.last_used_at)`;

/**
 * The column of a token's bounds in the statement that finds who holds it, `t` in account `a`: null for most tokens,
 * which have none, so that these cost them nothing.
 */
export const restrictionsColumn = `
  case when t.allowed_addresses <> '{}' or t.per_minute is not null or a.token_addresses_required or a.token_unused_days is not null
    then json_build_object('addresses', t.allowed_addresses, 'mode', t.address_mode, 'rateLimitPerMinute', t.per_minute,
      'demanded', a.token_addresses_required, 'unusedDays', a.token_unused_days,
      'unused', coalesce(${lastActivity("t")} < now() - a.token_unused_days * interval '1 day', false))::text end as bounds`;

type Bounds = {
  addresses: string[];
  mode: "enforce" | "log";
  rateLimitPerMinute: number | null;
  demanded: boolean;
  unusedDays: number | null;
  unused: boolean;
};

const boundsOf = memoizeByText((text): Bounds => JSON.parse(text), 1_000_000);

type From = Pick<Caller, "address" | "agent">;

/**
 * Refuses a use of a token from where, as often or after so long as it may not be used: `token_revoked`,
 * `addresses_required`, `address_not_allowed`, `too_many_requests`. In log mode a use from elsewhere is put on record
 * only.
 */
export async function enforceRestrictions(id: string, text: string, from: From): Promise<void> {
  const bounds = boundsOf(text);
  if (bounds.unused) throw new Refusal("token_revoked", `This token was not used for ${bounds.unusedDays} days.`);
  if (bounds.demanded && isForEverywhere(bounds)) throw new Refusal("addresses_required");
  enforceAddress(id, bounds, from);
  if (bounds.rateLimitPerMinute !== null)
    await spendOf({ name: "token", points: bounds.rateLimitPerMinute, seconds: 60 }, id);
}

const isForEverywhere = ({ addresses, mode }: Bounds) => addresses.length === 0 || mode === "log";

function enforceAddress(id: string, { addresses, mode }: Bounds, { address, agent }: From) {
  if (addresses.length === 0 || isWithin(addresses, address)) return;
  if (mode === "enforce") throw new Refusal("address_not_allowed", `This token may not be used from ${address}.`);
  noteTokenRefusal(id, `address_logged ${address}`, agent);
}
