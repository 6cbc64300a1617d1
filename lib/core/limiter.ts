import { hash } from "node:crypto";
import { RateLimiterPostgres } from "rate-limiter-flexible";
import { counterPool } from "#db/client.ts";
import { env } from "#lib/env.ts";
import type { Budget } from "./limits.ts";
import type { Count } from "./throttle.ts";

const longestWait = 3600;

const memory = 24 * 3600;

const shared = globalThis as { latchkeyLimiters?: Map<string, RateLimiterPostgres> };

export const settleStatement = `
  with refunded as (update budgets set points = points - 1 where key = $2 and points > 0),
    forgotten as (delete from budgets where key = any($1) returning key, points)
  select max(points) as points from forgotten where key = any($3)`;

export async function wait(budget: Budget, key: string, refused: Count): Promise<number> {
  const firstRefusal = refused.consumedPoints === limiter(budget).points + 1;
  if (!budget.growing || !firstRefusal) return Math.ceil(refused.msBeforeNext / 1000);
  const { consumedPoints } = await strikes(budget).penalty(hashed(key));
  const seconds = Math.min(longestWait, budget.seconds * 2 ** (consumedPoints - 1));
  await limiter(budget).block(hashed(key), seconds);
  return seconds;
}

export const limiter = (budget: Budget) => kept(budget.name, scaled(budget.points), budget.seconds);

/** Postgres counts points in `integer`. */
const maxPoints = 2 ** 31 - 1;

/** A number of tries as this portal has it. */
export const scaled = (points: number) => Math.min(maxPoints, Math.ceil(points * env().RATE_LIMIT_FACTOR));

export const strikes = (budget: Budget) => kept(`${budget.name}:strikes`, Number.MAX_SAFE_INTEGER, memory);

export function kept(name: string, points: number, duration: number): RateLimiterPostgres {
  shared.latchkeyLimiters ??= new Map();
  const known = shared.latchkeyLimiters.get(name);
  const made = known ?? new RateLimiterPostgres({ ...store(), keyPrefix: name, points, duration });
  shared.latchkeyLimiters.set(name, made);
  return made;
}

// The client is looked up at every query, so that a pool opened anew is the one that is used.
const store = () => ({
  storeClient: { query: (query: { text: string; values: unknown[] }) => counterPool().query(query) },
  storeType: "client",
  tableName: "budgets",
  tableCreated: true,
  clearExpiredByTimeout: false,
});

export const hashed = (key: string) => hash("sha256", key, "base64url");
