import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { tokens } from "#db/schema/tokens.ts";
import type { Actor } from "#lib/core/actor.ts";
import { badField, notFound } from "#lib/core/errors.ts";
import { areWithin, networks } from "#lib/core/net/networks.ts";
import { beyondToken } from "./narrower.ts";

/** From where and how often a token may be used, as far as an input says it. */
export const boundsInput = {
  allowedAddresses: networks
    .optional()
    .meta({ description: "Addresses and networks it may be used from, at most 50; from anywhere when empty" }),
  addressMode: z
    .enum(["enforce", "log"])
    .optional()
    .meta({ description: "enforce: uses from elsewhere are refused; log: they are only put on its record" }),
  rateLimitPerMinute: z.coerce
    .number("Write a whole number.")
    .int("Write a whole number.")
    .min(1, "1 is the least.")
    .max(100_000, "100,000 is the most.")
    .nullable()
    .optional()
    .meta({ description: "How many requests it may make in a minute; null: as many as it likes" }),
};

/** From where and how often a token may be used. */
export type Bounds = { allowedAddresses: string[]; addressMode: "enforce" | "log"; rateLimitPerMinute: number | null };

const unbound: Bounds = { allowedAddresses: [], addressMode: "enforce", rateLimitPerMinute: null };

/**
 * The bounds of a new token; what is left out is without bounds, or as the token has it that makes this one. Refuses
 * bounds that are wider than that one's (I-24), and tokens for everywhere where the account requires addresses.
 */
export async function boundsOf(tx: Db, actor: Actor, wanted: Partial<Bounds>, demanded: boolean): Promise<Bounds> {
  const maker = actor.credential.kind === "token" ? await readBounds(tx, actor, actor.credential.id) : unbound;
  const bounds = { ...maker, ...given(wanted) };
  if (widensAddresses(maker, bounds))
    throw beyondToken("allowedAddresses", "A token cannot make one for addresses that it may not be used from.");
  if (widensRate(maker, bounds))
    throw beyondToken(
      "rateLimitPerMinute",
      `A token cannot make one for more than its own ${maker.rateLimitPerMinute} a minute.`,
    );
  if (demanded) requireAddresses(bounds);
  return bounds;
}

const given = (wanted: Partial<Bounds>): Partial<Bounds> =>
  Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));

async function readBounds(tx: Db, actor: Actor, id: string): Promise<Bounds> {
  const { allowedAddresses, addressMode, rateLimitPerMinute, userId } = tokens;
  const found = await tx
    .select({ allowedAddresses, addressMode, rateLimitPerMinute, userId })
    .from(tokens)
    .where(eq(tokens.id, id));
  const [maker] = found.filter((token) => token.userId === actor.id);
  if (!maker) throw notFound("token");
  return maker;
}

/** Of a token's bounds, those that there are, for the record. */
export const boundsIn = ({ allowedAddresses, addressMode, rateLimitPerMinute }: Bounds) => ({
  ...(allowedAddresses.length && { allowedAddresses, addressMode }),
  ...(rateLimitPerMinute !== null && { rateLimitPerMinute }),
});

type Addresses = Pick<Bounds, "allowedAddresses" | "addressMode">;

const isOpen = ({ allowedAddresses, addressMode }: Addresses) => allowedAddresses.length === 0 || addressMode === "log";

/** Would a token be good from more addresses, or for more requests, than now? */
export const widensBounds = (now: Bounds, then: Bounds): boolean => widensAddresses(now, then) || widensRate(now, then);

function widensAddresses(now: Addresses, then: Addresses): boolean {
  if (isOpen(now)) return false;
  return isOpen(then) || !areWithin(then.allowedAddresses, now.allowedAddresses);
}

type Rate = Pick<Bounds, "rateLimitPerMinute">;

const widensRate = (now: Rate, then: Rate) =>
  (then.rateLimitPerMinute ?? Infinity) > (now.rateLimitPerMinute ?? Infinity);

/** Refuses addresses that the account does not allow: none, where it demands some. */
export async function assertAddressPolicy(tx: Db, accountId: string, bounds: Addresses): Promise<void> {
  const { tokenAddressesRequired } = accounts;
  const [account] = await tx.select({ tokenAddressesRequired }).from(accounts).where(eq(accounts.id, accountId));
  if (account?.tokenAddressesRequired) requireAddresses(bounds);
}

function requireAddresses({ allowedAddresses, addressMode }: Addresses): void {
  if (allowedAddresses.length === 0)
    throw badField(
      "allowedAddresses",
      "required",
      "Your account demands that a token names the addresses it is used from.",
    );
  if (addressMode === "log")
    throw badField("addressMode", "required", "Your account demands that uses from elsewhere are refused.");
}
